"""The State of how far the judges of the suite of this page agree with people."""

import reflex as rx

from execution_hub.hub.suite_runs import JudgedCells
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.ui.problems import Failure, ask

# Of those about which they do not agree.
LINKS_MAX = 10


class AgreementState(rx.State):
    """What judges and people said of the same answers, in the newest runs.

    Attributes:
        alike, total: How many both see alike, of how many.
        only_judge, only_person: How many only the judge lets pass, and only a person finds right.
        disagreed: The newest executions about which they do not agree.
    """

    alike: int = 0
    total: int = 0
    only_judge: int = 0
    only_person: int = 0
    disagreed: list[int] = []  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Read it for the suite of this address."""
        suite_id = id_in_path(self.router.url.path)
        found = None if suite_id is None else await ask(self, lambda hub: hub.suites.agreement(suite_id))
        judged = JudgedCells.none() if found is None or isinstance(found, Failure) else found
        told = judged.agreement
        assign(
            self,
            alike=told.both_right + told.both_wrong,
            total=told.total,
            only_judge=told.only_judge,
            only_person=told.only_person,
            disagreed=list(judged.disagreed[:LINKS_MAX]),
        )
