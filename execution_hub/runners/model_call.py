"""One answer that is asked for, however often it takes: counted for Prometheus, and told to the traces."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from execution_hub import metrics, traces
from execution_hub.domain.usage import Usage
from execution_hub.errors import ExecutionError
from execution_hub.llm.port import ModelRequest
from execution_hub.llm.providers import provider_of


class Asked(Protocol):
    """What has come of an answer; see answer.Answer."""

    usage: Usage
    meta: dict[str, Any]
    error: ExecutionError | None
    stop_reason: str | None


A = TypeVar("A", bound=Asked)


class ModelCall:
    """It, under way."""

    def __init__(self, request: ModelRequest) -> None:
        """Nothing has been asked yet."""
        self._model = request.model
        self._provider = provider_of(request.model)
        self._retries: list[tuple[int, str]] = []
        self.attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            # The name that the conventions have now, and the one that most who read traces still look for.
            "gen_ai.provider.name": self._provider,
            "gen_ai.system": self._provider,
            "gen_ai.request.model": request.model,
            "gen_ai.request.max_tokens": request.max_tokens,
        }
        self.error = traces.CANCELLED

    @property
    def retries(self) -> tuple[tuple[int, str], ...]:
        """See traces.Span."""
        return tuple(self._retries)

    async def tried(self, work: Awaitable[A], so_far: Asked) -> A:
        """Count one try.

        Args:
            work: Makes it.
            so_far: What has come of it, also if it is cancelled.
        """
        outcome = metrics.CANCELLED
        try:
            answer = await work
            outcome = metrics.SUCCEEDED if answer.error is None else answer.error.code
            return answer
        finally:
            usage = so_far.usage
            metrics.count_call(self._provider, outcome)
            metrics.count_usage(self._model, usage.by_kind, usage.cost_usd)

    def again(self, error: ExecutionError) -> None:
        """Hear that a failed try is followed by another."""
        metrics.count_retry(self._provider)
        self._retries.append((traces.nanoseconds(), error.code))

    def end(self, answer: Asked) -> None:
        """Hear what came of it, with the usage of all tries."""
        usage = answer.usage
        self.error = "" if answer.error is None else answer.error.code
        self.attributes |= {
            "gen_ai.response.model": answer.meta.get("model"),
            "gen_ai.response.id": answer.meta.get("message_id"),
            "gen_ai.response.finish_reasons": (answer.stop_reason,) if answer.stop_reason else None,
            # All that went in, as the conventions have it.
            "gen_ai.usage.input_tokens": usage.prompt_tokens,
            "gen_ai.usage.output_tokens": usage.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens or None,
            "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens or None,
            "hub.cost_usd": usage.cost_usd,
        }


@contextmanager
def model_call(request: ModelRequest, *part: str | int) -> Iterator[ModelCall]:
    """Ask for an answer in this block.

    Args:
        request: What is asked.
        *part: What its place below the present one is called; it is asked for once there.
    """
    call, parent, began = ModelCall(request), traces.current(), traces.nanoseconds()
    try:
        yield call
    finally:
        place = None if parent is None else parent.part(*part)
        traces.tell(
            f"chat {request.model}",
            place,
            parent,
            began,
            call.attributes,
            call.error,
            is_call=True,
            retries=call.retries,
        )
