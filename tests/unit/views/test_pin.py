"""The suites that an execution may become a case of."""

from execution_hub.domain.suite import Suite
from execution_hub.domain.target import Target
from execution_hub.views.pin import suite_offers
from tests.support.executions import AT, make_execution


def make_suite(number: int, *targets: Target, agent_id: int | None = None) -> Suite:
    return Suite(number, f"S{number}", "", targets, 1, 1.0, False, None, None, None, 2, agent_id, AT, AT)


def test_suites_that_test_what_ran_come_first() -> None:
    """An agent's own suite, and those that name it as a target; of a workflow those that name the workflow."""
    suites = [
        make_suite(1),
        make_suite(2, Target(agent_id=2), Target(workflow_id=1)),
        make_suite(3, Target(agent_id=1)),
        make_suite(4, agent_id=1),
    ]
    offers = suite_offers(suites, make_execution(agent_id=1))
    assert [(each.value, each.tests_it) for each in offers] == [("3", True), ("4", True), ("1", False), ("2", False)]
    offers = suite_offers(suites, make_execution(agent_id=None, workflow_id=1, execution_type="workflow"))
    assert [each.value for each in offers if each.tests_it] == ["2"]
