"""What a call of a model takes of its provider's limit."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from execution_hub.domain.usage import Usage
from execution_hub.errors import RateLimited
from execution_hub.llm.messages import user_message
from execution_hub.llm.port import ModelRequest, UsageSoFar
from execution_hub.runners.paced_models import _PacedModel, tokens_of


class Gate:
    """A gate that lets everybody through, and counts."""

    counts_tokens = True

    def __init__(self) -> None:
        self.taken = 0

    async def held(self, tokens: int) -> AsyncGenerator[None, None]:
        self.taken += tokens
        return
        yield

    def settle(self, more: int) -> None:
        self.taken += more

    async def block(self, _seconds: float | None) -> bool:
        return True


class Refusing:
    """A model that is refused, maybe in the middle of its answer."""

    def __init__(self, used: int) -> None:
        self._used = used

    async def stream(self, _request: ModelRequest) -> AsyncGenerator[UsageSoFar, None]:
        if self._used:
            yield UsageSoFar(Usage(input_tokens=self._used))
        raise RateLimited("too many")


@pytest.mark.parametrize("used", [0, 70])
async def test_a_refused_call_takes_what_it_used(used: int) -> None:
    gate: Any = Gate()
    model: Any = Refusing(used)

    async def fence() -> None:
        pass

    request = ModelRequest("claude", "", (user_message("hello " * 200),), 10)
    assert tokens_of(request) > 100
    with pytest.raises(RateLimited):
        async for _ in _PacedModel(model, gate, fence).stream(request):
            pass
    assert gate.taken == used
