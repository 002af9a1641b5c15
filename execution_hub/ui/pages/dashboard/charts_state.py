"""The State of the dashboard's charts: computed once for all who look, and only while somebody does."""

import asyncio
import time
from contextlib import suppress

import reflex as rx

from execution_hub.domain.clock import now
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.handlers import assign
from execution_hub.ui.page_sockets import page_sockets
from execution_hub.views.charts import SPANS, ZONE_MAX, Charts, agents_in, charts_of, hours_in, starts

# How old what is shown may be.
REFRESH_SECONDS = 10.0
# Pages in as many zones and spans share what they are shown.
_KEPT_MAX = 50


class SharedCharts:
    """The charts of each span and zone that somebody looks at."""

    def __init__(self) -> None:
        """Know none yet."""
        self._kept: dict[tuple[str, int], tuple[float, Charts]] = {}

    async def get(self, hub: Hub, span: str, zone_minutes: int) -> Charts:
        """Return the charts of a span, a few seconds old at most.

        Raises:
            Unavailable: The database does not answer.
        """
        key, at = (span, zone_minutes), time.monotonic()
        known = self._kept.get(key)
        if known is not None and at - known[0] < REFRESH_SECONDS / 2:
            return known[1]
        present = now()
        begins = starts(span, present, zone_minutes)
        hours = await hub.history.hours(hours_in(begins, present))
        briefs = await hub.agents.briefs(agents_in(hours.values()))
        names = {each.id: each.name for each in briefs.values()}
        # Off the event loop: a month has some ten thousand sums.
        found = await asyncio.to_thread(charts_of, span, begins, present, hours, names)
        self._kept = {**dict(list(self._kept.items())[-_KEPT_MAX:]), key: (at, found)}
        return found


shared_charts = SharedCharts()


class ChartsState(rx.State):
    """What the charts of this page show.

    Attributes:
        opened: Whether the person has opened or closed them, `open` or `closed`; empty for as the page begins.
        charts: The charts; of no span before anything is known.
        is_failed: Whether they could not be computed.
    """

    opened: str = rx.LocalStorage("", name="hub-charts", sync=True)
    span: str = rx.LocalStorage("", name="hub-charts-span")
    charts: Charts = Charts()
    is_failed: bool = False

    # Grows with each look: the one before it ends.
    _looks: int = 0

    @rx.event
    def toggle(self, is_open: bool) -> None:
        """Keep that the charts are open, or closed."""
        self.opened = "open" if is_open else "closed"

    @rx.event
    def choose_span(self, span: str) -> None:
        """Keep the span to look at."""
        if span in SPANS:
            self.span = span

    @rx.event
    def look_away(self) -> None:
        """Stop computing for this page: its charts are not seen any more."""
        self._looks += 1

    @rx.event(background=True)
    async def look(self, span: str, zone_minutes: int) -> None:
        """Keep the charts of a span as the hub is, until the page is left or looks away.

        Args:
            span: Which; one that is unknown is the shortest.
            zone_minutes: How far east of UTC the reader is.
        """
        span = span if span in SPANS else next(iter(SPANS))
        zone = max(-ZONE_MAX, min(zone_minutes, ZONE_MAX)) // 15 * 15
        async with self:
            self._looks += 1
            mine, path, token = self._looks, self.router.url.path, self.router.session.client_token
        while page_sockets.find(token) is not None:
            if not page_sockets.is_hidden(token):
                found: Charts | None = None
                # The hub is stopping, or its database is away: what was seen stays.
                with suppress(HubError):
                    found = await shared_charts.get(current_hub(), span, zone)
                async with self:
                    if self._looks != mine or self.router.url.path != path:
                        return
                    assign(self, is_failed=found is None, charts=found or self.charts)
            await asyncio.sleep(REFRESH_SECONDS)
