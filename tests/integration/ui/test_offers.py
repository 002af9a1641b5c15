"""What selects offer of many agents, workflows and tasks: the first ones, those with a word, and the chosen one."""

from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.store.agents import agents
from execution_hub.ui.catalogue.offers import OFFERS_MAX
from execution_hub.ui.pages.dashboard import DashboardState
from execution_hub.ui.pages.task import TaskRunState
from execution_hub.ui.pages.workflow import WorkflowRunState, WorkflowState
from tests.support.many import MANY, size
from tests.support.states import page_state

# Of all that a State holds of one.
OPTION_CHARACTERS_MAX = 80


async def test_the_editor_offers_the_first_agents_and_always_the_chosen_one(full_hub: Hub) -> None:
    """Of 1,200 agents it holds 200 names; a word finds any other, and what the steps name is known."""
    last = next(each.id for each in (await full_hub.agents.page(q=f"agent {MANY - 1}")).items)
    steps = [WorkflowStep(name="a", agent_id=last, input="{{ input }}")]
    made = await full_hub.workflows.create(WorkflowDraft(name="W", steps=steps))
    page = page_state(WorkflowState, f"/workflows/{made.id}")
    await page.load_workflow()
    assert (len(page.offers), page.has_more_offers) == (OFFERS_MAX + 1, True)
    assert page.offers[-1].label == f"agent {MANY - 1}"
    assert (page.is_agent_gone, page.problem_count, page.nodes[0].label) == (False, 0, f"agent {MANY - 1}")
    assert page.is_simulated
    assert size(page) < 2 * OFFERS_MAX * OPTION_CHARACTERS_MAX + 10_000
    await page.narrow_offers("AGENT 100")
    assert [each.label for each in page.offers] == [*(f"agent {n}" for n in range(1000, 1010)), f"agent {MANY - 1}"]
    chosen = page.offers[3]
    await page.choose_agent(page.selected, chosen.value)
    assert (page.step.agent_id, page.nodes[0].label, page.is_agent_gone) == (chosen.value, chosen.label, False)
    # Nobody offered it: it is no choice of a person.
    await page.choose_agent(page.selected, "999999")
    assert page.step.agent_id == chosen.value
    await page.narrow_offers("")
    assert page.offers[-1].label == chosen.label
    # A new step is for the agent of the one before.
    await page.add_step("agent")
    assert page.step.agent_id == chosen.value
    assert page.problem_count == 0


async def test_an_agent_that_is_gone_is_told_at_its_step(full_hub: Hub) -> None:
    """Also where the steps' other agents are known."""
    gone = (await full_hub.agents.page(q="agent 0007")).items[0]
    steps = [WorkflowStep(name="a", agent_id=gone.id, input="{{ input }}")]
    made = await full_hub.workflows.create(WorkflowDraft(name="W", steps=steps))
    await full_hub._database.awrite(lambda c: agents.remove(c, gone.id))
    page = page_state(WorkflowState, f"/workflows/{made.id}")
    await page.load_workflow()
    assert (page.is_agent_gone, page.problem_count) == (True, 1)


async def test_the_run_panels_offer_the_first_and_keep_what_was_chosen(full_hub: Hub) -> None:
    """A task for a workflow, and a workflow for a task; narrowed, the choice stays."""
    panel = page_state(WorkflowRunState, "/workflows/1")
    await panel.load_tasks()
    assert (len(panel.offers), panel.has_more_offers, panel.task_id) == (OFFERS_MAX, True, "")
    await panel.narrow_offers("task 0003")
    (only,) = panel.offers
    await panel.choose_task(only.value)
    assert panel.task_input.startswith("word ")
    await panel.narrow_offers("")
    assert (len(panel.offers), panel.offers[-1], panel.task_id) == (OFFERS_MAX + 1, only, only.value)
    await panel.load_tasks()
    assert (panel.task_id, panel.problem) == (only.value, "")
    await panel.choose_task("")
    assert (panel.task_id, panel.task_input) == ("", "")

    runs = page_state(TaskRunState, "/tasks/1")
    await runs.load_workflows()
    assert (len(runs.offers), runs.workflow_id) == (OFFERS_MAX, runs.offers[0].value)
    await runs.narrow_offers("workflow 1199")
    assert runs.offers[0].label == "workflow 1199"
    runs.choose_workflow(runs.offers[0].value)
    await full_hub.workflows.delete(int(runs.workflow_id))
    await runs.load_workflows()
    assert runs.workflow_id == runs.offers[0].value


async def test_the_dashboard_offers_the_first_agents_and_the_one_of_its_address(full_hub: Hub) -> None:
    """However many there are."""
    last = (await full_hub.agents.page(q=f"agent {MANY - 1}")).items[0]
    page = page_state(DashboardState, f"/?agent_id={last.id}")
    await page.load()
    assert (len(page.offers), page.offers[-1].label) == (OFFERS_MAX + 1, last.name)
    assert page.has_more_offers
    assert size(page) < 2 * OFFERS_MAX * OPTION_CHARACTERS_MAX + 10_000
