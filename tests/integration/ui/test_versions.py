"""The versions of a workflow and of a task on their pages: seen beside what is on the page, and brought back."""

from typing import Any

from execution_hub.domain.difference import ADDED, REMOVED
from execution_hub.domain.task import TaskDraft
from execution_hub.hub.hub import Hub
from execution_hub.ui.pages.task import TaskState, TaskVersions
from execution_hub.ui.pages.workflow import WorkflowState, WorkflowVersions
from tests.support.states import page_state


def told(versions: Any) -> dict[str, tuple[str, ...]]:
    """Return what differs as what is only in the version and what is only on the page, by field."""
    return {
        each.name: tuple(
            "".join(piece.text for piece in each.pieces if piece.kind == kind) for kind in (REMOVED, ADDED)
        )
        for each in versions.differences
    }


async def test_a_workflow_is_shown_beside_its_version_step_by_step_and_restored(asked_hub: Hub) -> None:
    """Each step is a field with the name of its agent; what was restored is the newest version and on the page."""
    workflows, (agent, *_) = asked_hub.workflows, (await asked_hub.agents.page()).items
    (workflow, *_) = (await workflows.page()).items
    steps = [
        step.model_copy(update={"input": f"New: {step.input}"}) if not n else step
        for n, step in enumerate(workflow.steps)
    ]
    await workflows.update(workflow.id, {"steps": steps[:-1], "description": "Other"})
    page = page_state(WorkflowState, f"/workflows/{workflow.id}")
    await page.load_workflow()
    versions = await page.get_state(WorkflowVersions)
    await versions.load_versions()
    assert [(each.version, sorted(each.changed)) for each in versions.versions] == [
        (2, ["description", "steps"]),
        (1, []),
    ]
    assert page.saved_version == 2
    await WorkflowVersions.open_version.fn(versions, 1)
    found = told(versions)
    assert found[f"Step {steps[0].name}"] == ("", "New: ")
    assert found["Description"][1] == "Other"
    gone = found[f"Step {steps[-1].name}"]
    assert agent.name in gone[0] or "Agent" in gone[0]
    assert gone[1] == ""
    _ = [each async for each in versions.restore_version()]
    stored = await workflows.get(workflow.id)
    assert (stored.version, stored.steps, stored.description) == (3, workflow.steps, workflow.description)
    assert (page.saved_version, page.description, page.is_dirty, page.is_saved) == (
        3,
        workflow.description,
        False,
        True,
    )
    assert versions.opened.version == 0


async def test_a_task_has_its_versions_on_its_page(asked_hub: Hub) -> None:
    """As an agent has."""
    task = await asked_hub.tasks.create(TaskDraft("Report", input="Old."))
    await asked_hub.tasks.update(task.id, {"input": "New."})
    page = page_state(TaskState, f"/tasks/{task.id}")
    await page.load()
    versions = await page.get_state(TaskVersions)
    await versions.load_versions()
    assert ([each.version for each in versions.versions], page.task.version) == ([2, 1], 2)
    await TaskVersions.open_version.fn(versions, 1)
    assert told(versions) == {"input": ("Old", "New")}
    _ = [each async for each in versions.restore_version()]
    assert ((await asked_hub.tasks.get(task.id)).input, page.task.input, page.task.version) == ("Old.", "Old.", 3)
