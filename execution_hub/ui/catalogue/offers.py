"""A choice among agents, workflows or tasks: the first ones and the chosen one, of however many there are."""

from typing import ClassVar

import reflex as rx

from execution_hub.ui.follow import assign
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.workflow_view import Option

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

    async def _chosen_offer(self) -> Option | None:
        """Return what is chosen; None for nothing."""
        raise NotImplementedError

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
        self._first_offers = [Option(str(number), name) for number, name in names]
        assign(self, has_more_offers=has_more)
        await self._offer()
        return None

    async def _offer(self) -> None:
        chosen, first = await self._chosen_offer(), list(self._first_offers)
        is_other = chosen is not None and chosen.value not in {each.value for each in first}
        assign(self, offers=[*first, chosen] if is_other else first)
