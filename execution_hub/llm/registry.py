"""Which provider answers for which model."""

import threading
from collections.abc import Callable

from execution_hub.domain.agent import SIMULATED
from execution_hub.llm.port import Model
from execution_hub.llm.prices import Prices, price_table
from execution_hub.llm.providers import EXAMPLES, OPENAI_PREFIX, missing_key
from execution_hub.llm.simulated import SimulatedModel
from execution_hub.settings import Settings


def _claude(settings: Settings, prices: Prices) -> Model:
    # Imported when needed: the SDK takes about a second and 40 MiB, which an offline hub never pays.
    from execution_hub.llm.claude import Claude

    return Claude(settings, prices)


def _openai_compatible(settings: Settings, prices: Prices) -> Model:
    from execution_hub.llm.openai_compatible import OpenAiCompatible

    return OpenAiCompatible(settings, prices)


# First match wins. A new provider is one file and one line here.
_PROVIDERS: tuple[tuple[Callable[[str], bool], Callable[[Settings, Prices], Model]], ...] = (
    (lambda name: name == SIMULATED, lambda _settings, _prices: SimulatedModel()),
    (lambda name: name.startswith(OPENAI_PREFIX), _openai_compatible),
    (lambda _name: True, _claude),
)


class Models:
    """The providers of a hub, each made when first asked for. May be asked from any thread."""

    def __init__(self, settings: Settings, prices: Prices | None = None) -> None:
        """Remember the settings, and what tokens cost (as published if omitted); no provider is made yet."""
        self._settings = settings
        self._prices = price_table() if prices is None else prices
        self._made: dict[int, Model] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Model:
        """Return who answers for a model. The first call for a provider may take a second to load it.

        Args:
            name: The model's name, as an agent has it.
        """
        place = next(place for place, (is_mine, _) in enumerate(_PROVIDERS) if is_mine(name))
        with self._lock:
            if place not in self._made:
                self._made[place] = _PROVIDERS[place][1](self._settings, self._prices)
            return self._made[place]

    def load(self) -> None:
        """Load the providers that are set up, so that nobody waits for that."""
        for example in EXAMPLES:
            if not missing_key(self._settings, example):
                self.get(example)

    async def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            made = list(self._made.values())
            self._made.clear()
        for model in made:
            await model.close()
