"""The State of the charts of a suite's runs: read while they are on a page, and followed."""

from contextlib import aclosing, suppress

import reflex as rx

from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign
from execution_hub.views.suite_trend import RunPoint, run_points

# The last runs: more points than these nobody tells apart.
RUNS = 50


class SuiteChartsState(rx.State):
    """The runs of the suite that this page is about.

    Attributes:
        points: They, the oldest first.
        shown: Whose they are; 0 before anything is known.
    """

    points: list[RunPoint] = []  # noqa: RUF012 - Reflex copies defaults
    shown: int = 0

    # Grows with each look: the one before it ends.
    _looks: int = 0

    @rx.event
    def look_away(self) -> None:
        """Follow the suite no longer: its charts are not on the page any more."""
        self._looks += 1

    @rx.event(background=True)
    async def look(self, suite_id: int) -> None:
        """Show the runs of a suite, and each further one as it ends, until the page looks away or is left."""
        async with self:
            self._looks += 1
            mine, path = self._looks, self.router.url.path
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    ended = any(each.suite_id == suite_id and each.is_finished for each in update.executions)
                    if not update.is_snapshot and not ended:
                        continue
                    # Read after the watch began, so that nothing falls between.
                    points = run_points(await current_hub().suites.trend(suite_id, RUNS))
                    async with self:
                        if self._looks != mine or self.router.url.path != path:
                            return
                        assign(self, points=points, shown=suite_id)
