"""Models as runs ask them: within their provider's rate limit, and only while this process may act for its hub."""

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial

from execution_hub.domain.usage import Usage
from execution_hub.errors import RateLimited
from execution_hub.live.bus import Bus
from execution_hub.llm.port import Finished, Held, Model, ModelEvent, ModelRequest, UsageSoFar
from execution_hub.llm.providers import fingerprint, provider_of
from execution_hub.llm.rate_headers import RateTold
from execution_hub.rate_limit import RateLimit
from execution_hub.runners.port import Fence, ModelSource
from execution_hub.runners.provider_gate import ProviderGate
from execution_hub.settings import ANTHROPIC, OPENAI, Settings
from execution_hub.store.database import Database
from execution_hub.store.providers import ProviderKey

# As answer.py counts an answer that nobody has counted yet.
CHARACTERS_PER_TOKEN = 4


class PacedModels:
    """The models of a source, each held to its provider's limit; the simulated one, which costs nothing, to none.

    Attributes:
        own_limits: What the settings of this process say: the requests and tokens a minute, by `str(ProviderKey)`.
    """

    def __init__(
        self,
        models: ModelSource,
        settings: Settings,
        database: Database,
        bus: Bus,
        hub_uuid: str,
        fence: Fence,
        limits: Callable[[str], RateLimit] = lambda _: RateLimit(),
    ) -> None:
        """Ask nobody yet.

        Args:
            models: Where they are found.
            settings: Limits and keys.
            database: What the processes of the hub share.
            bus: How they hear of each other.
            hub_uuid: The hub's, which salts the fingerprints of keys.
            fence: Returns if this process may still act for the hub.
            limits: Returns what the settings of all processes say of a provider and key, by `str(ProviderKey)`: one
                whose own say nothing keeps to it as well.
        """
        self._models = models
        self._fence = fence
        process = uuid.uuid4().hex[:12]
        keys = [ProviderKey(name, fingerprint(settings, name, hub_uuid)) for name in (ANTHROPIC, OPENAI)]
        own = {str(key): settings.provider_limits[key.name] for key in keys if key.name in settings.provider_limits}
        self.own_limits = {key: (limit.requests, limit.tokens) for key, limit in own.items()}

        def setting(key: str) -> RateLimit:
            return own.get(key, RateLimit()).and_also(limits(key))

        self._gates = {key.name: ProviderGate(database, bus, key, partial(setting, str(key)), process) for key in keys}

    def get(self, name: str) -> Model:
        """See ModelSource."""
        gate = self._gates.get(provider_of(name))
        model = self._models.get(name)
        return model if gate is None else _PacedModel(model, gate, self._fence)


class _PacedModel:
    """A model behind the gate of its provider."""

    def __init__(self, model: Model, gate: ProviderGate, fence: Fence) -> None:
        self._model = model
        self._gate = gate
        self._fence = fence

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """See Model: what holds the call up is told as Held."""
        thought = tokens_of(request) if self._gate.counts_tokens else 0
        counted = 0
        async with aclosing(self._gate.held(thought)) as held:
            async for until in held:
                yield Held(until)
        # After the wait: a process that has lost its lease meanwhile pays nothing any more.
        await self._fence()
        try:
            async with aclosing(self._model.stream(request)) as stream:
                async for event in stream:
                    match event:
                        case RateTold():
                            self._gate.learn(event)
                            continue
                        case UsageSoFar() | Finished():
                            counted = counted_tokens(event.usage)
                    yield event
        except RateLimited as error:
            if not counted:
                # It took nothing.
                self._gate.settle(-thought)
            # Whoever tries again waits here, with all others, and not by itself.
            error.details["is_held"] = await self._gate.block(error.details.get("retry_after_seconds"))
            raise
        finally:
            # Where nobody told, the estimate stays.
            if counted:
                self._gate.settle(counted - thought)

    async def close(self) -> None:
        """See Model: the source closes it."""


def tokens_of(request: ModelRequest) -> int:
    """Return how many tokens go in with a request, as far as one can tell: what comes out is counted afterwards."""
    told = [request.system_prompt, *map(str, request.messages), *map(str, request.tools)]
    return sum(map(len, told)) // CHARACTERS_PER_TOKEN


def counted_tokens(usage: Usage) -> int:
    """Return what of a usage counts towards a limit: what was read from the provider's cache does not."""
    return (usage.input_tokens or 0) + (usage.cache_write_tokens or 0) + (usage.output_tokens or 0)
