"""The State of the verdicts of an agent, on its page: by suite, and by the version it had."""

from contextlib import aclosing, suppress

import reflex as rx

from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.views.suite_trend import Trend, VerdictMark, marks_by_version, trend_of, trends_by_suite

# So many verdicts are looked at, of all suites together.
VERDICTS = 200


class AgentVerdicts(rx.State):
    """What came of the tests of the agent that the address names.

    Attributes:
        overall: All suites together.
        suites: Each of them, the one that ran last first.
        by_version: The newest verdicts of each version, by its number.
    """

    overall: Trend = Trend()
    suites: list[Trend] = []  # noqa: RUF012 - Reflex copies defaults
    by_version: dict[str, list[VerdictMark]] = {}  # noqa: RUF012

    _agent_id: int = 0

    @rx.event(background=True)
    async def watch(self) -> None:
        """Show the verdicts, and further ones as runs of suites end, until the page is left."""
        async with self:
            path = self.router.url.path
            agent_id = id_in_path(path) or 0
            if agent_id != self._agent_id:
                self.reset()
                self._agent_id = agent_id
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    ended = any(each.suite_id is not None and each.is_finished for each in update.executions)
                    if not update.is_snapshot and not ended:
                        continue
                    # Read after the watch began, so that nothing falls between.
                    found = await current_hub().suites.verdicts_of_agent(agent_id, VERDICTS)
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(
                            self,
                            overall=trend_of(found),
                            suites=trends_by_suite(found),
                            by_version=marks_by_version(found),
                        )
