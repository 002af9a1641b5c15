"""The suites that an execution may become a case of, as the dialog offers them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from execution_hub.domain.execution import Execution
from execution_hub.domain.suite import Suite

# In a list of suites: one that is yet to be made.
NEW = "new"


@dataclass(frozen=True, slots=True)
class SuiteOffer:
    """A suite that is offered.

    Attributes:
        value: Its number, as a text.
        name: What people call it.
        cases: How many cases it has.
        tests_it: Whether it tests the agent or the workflow that ran.
    """

    value: str = ""
    name: str = ""
    cases: int = 0
    tests_it: bool = False


def suite_offers(suites: Iterable[Suite], execution: Execution) -> list[SuiteOffer]:
    """Return the suites to choose from: those first that test what ran."""
    found = [SuiteOffer(str(each.id), each.name, each.cases_count, _tests(each, execution)) for each in suites]
    return sorted(found, key=lambda each: not each.tests_it)


def _tests(suite: Suite, execution: Execution) -> bool:
    if execution.agent_id is not None:
        return suite.agent_id == execution.agent_id or any(
            each.agent_id == execution.agent_id for each in suite.targets
        )
    return any(each.workflow_id is not None and each.workflow_id == execution.workflow_id for each in suite.targets)
