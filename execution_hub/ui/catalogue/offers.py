"""A choice among agents, workflows or tasks: the first ones and the chosen one, of however many there are."""

from collections.abc import Sequence
from typing import ClassVar

import reflex as rx

from execution_hub.hub.hub import Hub
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.workflow_view import Option
from execution_hub.words.say import say

OFFERS_MAX = 200
WORD_MAX = 200


class Offers(rx.State, mixin=True):
    """What a select offers.

    Attributes:
        offers_of: Which of the hub's catalogues it offers.
        offers: The first of them, and the chosen one if it is not among these.
        has_more_offers: Whether there are others; then a word narrows them.
        offers_word: What the names of those offered hold.
    """

    offers_of: ClassVar[str] = ""

    offers: list[Option] = []  # noqa: RUF012 - Reflex copies defaults
    has_more_offers: bool = False
    offers_word: str = ""

    _first_offers: list[Option] = []  # noqa: RUF012
    _chosen: Option = Option()

    async def _chosen_offer(self) -> Option | None:
        """Return what is chosen; None for nothing."""
        return self._chosen if self._chosen.value else None

    async def _labelled(self, names: Sequence[tuple[int, str]]) -> list[Option]:
        """Return what is offered for ids and names."""
        return [Option(str(number), name) for number, name in names]

    @rx.event
    async def narrow_offers(self, word: Text) -> None:
        """Offer those whose names hold a word."""
        assign(self, offers_word=word.strip()[:WORD_MAX])
        await self._read_offers()

    async def _read_offers(self) -> Failure | None:
        q = self.offers_word
        found = await ask(self, lambda hub: getattr(hub, self.offers_of).names(limit=OFFERS_MAX, q=q))
        if isinstance(found, Failure):
            return found
        names, has_more = found
        self._first_offers = await self._labelled(names)
        assign(self, has_more_offers=has_more)
        await self._offer()
        return None

    async def _offer(self) -> None:
        chosen, first = await self._chosen_offer(), list(self._first_offers)
        is_other = chosen is not None and chosen.value not in {each.value for each in first}
        assign(self, offers=[*first, chosen] if is_other else first)


class AgentOffers(Offers, mixin=True):
    """A choice of who is to answer: those that need a key come last, and say so."""

    offers_of: ClassVar[str] = "agents"

    async def _labelled(self, names: Sequence[tuple[int, str]]) -> list[Option]:
        async def needing(hub: Hub) -> set[int]:
            briefs = await hub.agents.briefs(number for number, _ in names)
            return {number for number, each in briefs.items() if hub.agents.missing_key(each.model)}

        found = await ask(self, needing)
        keyless, language = set() if isinstance(found, Failure) else found, await language_of(self)

        def label(number: int, name: str) -> str:
            return say(language, "{name} (needs a key)", name=name) if number in keyless else name

        ordered = sorted(names, key=lambda each: each[0] in keyless)
        return [Option(str(number), label(number, name)) for number, name in ordered]
