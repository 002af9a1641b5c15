"""Which models there are: those the providers list, those with a price, and the offline one."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol, runtime_checkable

import structlog

from execution_hub.background import end_tasks
from execution_hub.domain.agent import MODEL_MAX, SIMULATED
from execution_hub.domain.texts import check_name, cut_to, one_line
from execution_hub.errors import ExecutionError, InvalidInput
from execution_hub.llm.model_info import LIST_TIMEOUT_SECONDS, MODELS_MAX, ModelInfo
from execution_hub.llm.prices import Price, Prices, price_of
from execution_hub.llm.providers import EXAMPLES, missing_key, provider_of
from execution_hub.llm.registry import Models
from execution_hub.settings import Settings

logger = structlog.get_logger()

KEPT_SECONDS = 600.0
_TITLE_MAX_BYTES = 200


@runtime_checkable
class Lists(Protocol):
    """A provider that can list its models."""

    async def list_models(self) -> list[ModelInfo]:
        """Return its models, without prices.

        Raises:
            ExecutionError: It cannot be asked, or does not answer.
        """
        ...


OFFLINE = ModelInfo(
    SIMULATED,
    "hub",
    "Simulated, offline",
    capabilities=frozenset({"tools", "structured_outputs"}),
    is_listed=True,
    told=frozenset({"effort", "structured_outputs", "thinking", "tools"}),
)


class ModelCatalogue:
    """The models of a hub. What the providers list is kept for some minutes."""

    def __init__(
        self, settings: Settings, models: Models, prices: Prices, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know those with a price; nobody is asked yet.

        Args:
            settings: They tell which providers are set up.
            models: The providers.
            prices: What tokens cost.
            clock: Seconds that only grow.
        """
        self._settings = settings
        self._models = models
        self._prices = prices
        self._clock = clock
        self._listed: dict[str, list[ModelInfo]] = {}
        self._due = 0.0
        self._asking: asyncio.Task[None] | None = None

    def known(self) -> tuple[ModelInfo, ...]:
        """Return what is known without asking anybody: the offline model, those listed before, those with a price."""
        listed = {each.name: each for found in self._listed.values() for each in found}
        own = [replace(each, price=price_of(each.name, self._prices)) for each in listed.values()]
        return (OFFLINE, *own, *(_priced(name, price) for name, price in self._prices.items() if name not in listed))

    async def fresh(self) -> tuple[ModelInfo, ...]:
        """Return what is known, the providers asked where that was long ago; who does not answer is left out."""
        await asyncio.shield(self.refresh())
        return self.known()

    def refresh(self) -> asyncio.Task[None]:
        """Begin to ask the providers, unless that was done lately or is under way."""
        if self._asking is None or (self._asking.done() and self._clock() >= self._due):
            self._asking = asyncio.ensure_future(self._ask())
        return self._asking

    async def close(self) -> None:
        """Ask no further."""
        await end_tasks(self._asking)

    async def _ask(self) -> None:
        await asyncio.gather(*(self._ask_one(name) for name in EXAMPLES if not missing_key(self._settings, name)))
        self._due = self._clock() + KEPT_SECONDS

    async def _ask_one(self, example: str) -> None:
        try:
            # The first time an SDK is loaded, which takes a second.
            model = await asyncio.to_thread(self._models.get, example)
            if isinstance(model, Lists):
                async with asyncio.timeout(LIST_TIMEOUT_SECONDS):
                    self._listed[example] = _sound(await model.list_models())
        except (ExecutionError, TimeoutError) as error:
            # What it listed before is still the best guess.
            logger.info("models.not_listed", provider=example, error=getattr(error, "code", "model_timeout"))


def _priced(name: str, price: Price) -> ModelInfo:
    return ModelInfo(name, provider_of(name), name, is_listed=False, price=price)


def _sound(found: list[ModelInfo]) -> list[ModelInfo]:
    """Return those whose names an agent can have; a provider's words are untrusted."""
    sound = []
    for each in found[:MODELS_MAX]:
        with suppress(InvalidInput):
            if check_name("name", each.name, MODEL_MAX) == each.name:
                title = cut_to(one_line(each.display_name), _TITLE_MAX_BYTES) or each.name
                sound.append(replace(each, display_name=title, retires_at=one_line(each.retires_at)[:40]))
    return sound
