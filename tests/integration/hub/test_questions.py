"""Which steps wait for a person, over several executions at once."""

from execution_hub.domain.status import Status
from execution_hub.domain.step import Asked
from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from tests.support.hub import eventually


async def test_the_questions_of_many_are_read_in_one_go(hub: Hub) -> None:
    """In the order of the steps, by execution, with the words of the question; none for what does not wait."""
    two = [WorkflowStep(name=name, type=APPROVAL, input="Sign {{ input }}?") for name in ("legal", "budget")]
    workflow = await hub.workflows.create(WorkflowDraft(name="Two signatures", steps=two))
    execution = await hub.executions.start(WorkflowRun(workflow.id, input="a contract"))

    async def is_waiting() -> bool:
        return (await hub.history.get(execution.id)).status is Status.WAITING

    async def asked() -> dict[int, list[tuple[str, int, str]]]:
        found = await hub.history.asked([execution.id, 999])
        steps = {each: [one for one in some if isinstance(one, Asked)] for each, some in found.items()}
        assert steps == found
        assert all(each.asked_at for each in steps[execution.id])
        return {each: [(one.name, one.round, one.text) for one in some] for each, some in steps.items()}

    await eventually(is_waiting)
    legal, budget = ("legal", 1, "Sign a contract?"), ("budget", 1, "Sign a contract?")
    assert await asked() == {execution.id: [legal, budget], 999: []}
    await hub.executions.answer_step(execution.id, "legal", is_approved=True)
    await eventually(is_waiting)
    assert await asked() == {execution.id: [budget], 999: []}
