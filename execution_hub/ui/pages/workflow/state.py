"""The State of a workflow's page: the form, what follows from it, and running it."""

import uuid
from typing import ClassVar

import reflex as rx

from execution_hub.domain.condition import OPERATIONS
from execution_hub.domain.workflow import AGENT, APPROVAL, Problem, Workflow, WorkflowDraft
from execution_hub.errors import HubError, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.catalogue.offers import AgentOffers
from execution_hub.ui.handlers import assign, id_in_path, language_of, plain
from execution_hub.ui.pages.workflow.saving import WorkflowSaving
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import attempt
from execution_hub.ui.recent import RecentExecutions
from execution_hub.views.addresses import is_new_workflow
from execution_hub.views.graph import GraphEdge, GraphNode
from execution_hub.views.workflow_conflict import changed
from execution_hub.views.workflow_form import StepForm, WorkflowForm
from execution_hub.views.workflow_view import Option, StepChip, by_field, graph_edges, graph_nodes, step_chips
from execution_hub.words.say import say_error

_TYPED = ("input", "when_value", "when_field", "timeout_seconds", "retries")
_TEXTS = ("name", "description")
_NOTHING = WorkflowDraft(name="")
# What stays when the form begins anew: of the hub, and of the workflow if it is the same.
_KEPT = ("_first_offers", "offers", "has_more_offers", "offers_word", "is_missing")
_KEPT_OF_ONE = ("is_loaded", "recent", "is_recent_loaded")
# Where the caret goes for what is wrong with the workflow, or with a step.
FIELD_IDS = {
    "workflow": {"name": "workflow-name", "description": "workflow-description", "steps": "step-add"},
    "step": {
        "name": "step-name",
        "agent_id": "step-agent",
        "input": "step-input",
        "depends_on": "step-depends",
        "when": "step-when",
        "timeout_seconds": "step-timeout",
        "retries": "step-retries",
    },
}


class WorkflowState(WorkflowSaving, RecentExecutions, AgentOffers, rx.State):
    """The workflow of this address as it is being written.

    The fields hold their own text: what the server knows of it is where they begin, never put into them again.
    """

    recent_of: ClassVar[str] = "workflow_id"

    is_missing: bool = False
    is_simulated: bool = False

    # What the fields begin with. Under another key they are other fields.
    form_key: str = ""
    step_key: str = ""
    input_key: str = ""
    name: str = ""
    description: str = ""
    step: StepForm = StepForm()
    chips: list[StepChip] = []  # noqa: RUF012 - Reflex copies defaults
    is_agent_gone: bool = False
    is_when_gone: bool = False
    has_else: bool = False
    focus: str = ""

    # What follows from what is typed.
    nodes: list[GraphNode] = []  # noqa: RUF012
    edges: list[GraphEdge] = []  # noqa: RUF012
    selected: str = ""
    problems: dict[str, str] = {}  # noqa: RUF012
    step_problems: dict[str, str] = {}  # noqa: RUF012
    problem_count: int = 0
    # Steps that came without an agent: they may be stored, and keep the workflow from running.
    unset_count: int = 0

    _simulated: set[int] = set()  # noqa: RUF012
    _imported: WorkflowDraft | None = None
    _focus_count: int = 0

    @rx.event
    async def load_workflow(self) -> None:
        """Read the workflow of this address; changes that are not saved stay, and so do fields that still fit."""
        path = self.router.url.path
        workflow_id = 0 if is_new_workflow(path) else id_in_path(path)
        imported, self._imported = self._imported, None
        is_same = self.is_loaded and workflow_id == self.workflow_id and imported is None and not self._is_forgotten
        is_kept = is_same and self.is_dirty
        workflow, self.failure, self.is_missing = None, "", False
        try:
            if workflow_id is None:
                raise NotFound
            problem = await self._read_offers()
            if problem is not None:
                raise problem.error
            if is_kept:
                # One of them may be gone.
                await self._know_agents()
            if workflow_id and is_kept:
                await self._note_newer()
            elif workflow_id:
                workflow = await current_hub().workflows.get(workflow_id)
                is_kept = is_same and not changed(self._stored(), workflow.draft())
                if is_kept:
                    self._base = workflow
        except NotFound:
            is_kept, self.is_missing = False, True
        except HubError as error:
            # What is on the page stays; of another workflow nothing is known.
            self.failure, self.is_loaded = say_error(await language_of(self), error), is_same
            return
        if not is_kept:
            self._begin(workflow, imported)
        self.is_asking_to_delete, self.focus = False, ""
        await self._show(is_other_step=not is_kept)
        self.is_loaded = True

    @rx.event
    async def speak(self) -> None:
        """Say what is wrong in the language of the page, which has just been chosen."""
        if self.is_loaded:
            await self._show()

    # What is typed

    @rx.event
    async def change_text(self, field: str, text: Text) -> None:
        """Take the workflow's name or description."""
        if field in _TEXTS:
            self._form = self._form.with_texts(**{field: text})
            await self._show()

    @rx.event
    async def change_step(self, key: str, field: str, text: Text) -> None:
        """Take what is typed into a field of a step."""
        if field in _TYPED:
            self._form = self._form.change(key, **{field: text})
            await self._show()

    @rx.event
    async def rename_step(self, key: str, name: Text) -> None:
        """Take a step's name; what the others say of it follows."""
        before, self._form = self._form.get(key), self._form.rename(key, name)
        after = self._form.get(key)
        is_own = before is not None and after is not None and before.input != after.input
        if is_own:
            # It names itself: its template has changed under the field.
            self._focus_count += 1
            self.input_key = f"{self.step_key}-{self._focus_count}"
        await self._show()

    # What is chosen

    @rx.event
    async def choose_agent(self, key: str, agent_id: str) -> None:
        """Take who answers a step."""
        if agent_id == "" or agent_id in {each.value for each in self.offers}:
            self._form = self._form.change(key, agent_id=agent_id)
            await self._show()

    @rx.event
    async def choose_condition(self, key: str, ref: str) -> None:
        """Take the step a condition looks at; empty for none."""
        self._form = self._form.change(key, when_step=ref)
        await self._show()

    @rx.event
    async def choose_operation(self, key: str, operation: str) -> None:
        """Take how a condition compares."""
        if operation in OPERATIONS:
            self._form = self._form.change(key, when_op=operation)
            await self._show()

    @rx.event
    async def choose_side(self, key: str, side: str) -> None:
        """Take whether a step runs when its condition holds, or when it does not."""
        self._form = self._form.change(key, is_else=side == "else")
        await self._show()

    @rx.event
    async def add_else(self, key: str) -> None:
        """Add a step that runs exactly where another one does not, and show its form."""
        self._form, self.selected = self._form.add_else(key)
        self._focus_field("step-name")
        await self._show(is_other_step=True)

    @rx.event
    async def toggle_dependency(self, key: str, ref: str) -> None:
        """Let a step wait for another, or no longer."""
        self._form = self._form.toggle_dependency(key, ref)
        await self._show()

    @rx.event
    async def select_step(self, key: str) -> None:
        """Show the form of a step."""
        if key != self.selected:
            self.selected = key
            await self._show(is_other_step=True)

    @rx.event
    async def add_step(self, kind: str) -> None:
        """Add a step after the selected one and show its form."""
        if kind not in (AGENT, APPROVAL):
            return
        self._form, self.selected = self._form.add(kind, after=self.selected, agent_id=self._usual_agent())
        self._focus_field("step-name")
        await self._show(is_other_step=True)

    @rx.event
    async def remove_step(self, key: str) -> None:
        """Remove a step and show the one before it."""
        keys = [step.key for step in self._form.steps]
        if key not in keys:
            return
        place = keys.index(key)
        left = [each for each in keys if each != key]
        self._form = self._form.remove(key)
        self.selected = left[max(0, place - 1)] if left else ""
        await self._show(is_other_step=True)

    # What follows

    async def _know_agents(self, *drafts: WorkflowDraft) -> None:
        """Read who the agents of the form's steps are, and of some other drafts."""
        ids = {*_agent_ids(self._form), *(each for draft in drafts for each in draft.agent_ids)}
        found = await attempt(lambda hub: hub.agents.briefs(ids))
        if not isinstance(found, HubError):
            self._agents = {each.id: each.name for each in found.values()}
            self._simulated = {each.id for each in found.values() if each.is_simulated}

    async def _chosen_offer(self) -> Option | None:
        number = self.step.agent_id
        return Option(number, self._agents[int(number)]) if number and int(number) in self._agents else None

    async def _show(self, *, is_other_step: bool = False) -> None:
        """Show what follows from the form; only what differs is sent.

        The fields keep what is typed into them; a page that is loaded anew begins with it.

        Args:
            is_other_step: Whether the fields are to begin anew.
        """
        language, form = await language_of(self), self._form
        if not _agent_ids(form) <= self._agents.keys():
            await self._know_agents()
        agents = dict(self._agents)
        keys = [step.key for step in form.steps]
        found = await self._problems()
        place = keys.index(self.selected) if self.selected in keys else None
        step = form.steps[place] if place is not None else StepForm()
        is_dirty = bool(changed(self._stored(), form.draft()))
        if self.workflow_id == 0 and not is_dirty:
            # Who has not begun has made no mistakes.
            found = []
        blocking = self._blocking(found)
        chips = step_chips(form, step)
        assign(
            self,
            saved_version=self._base.version if self._base else 0,
            name=form.name,
            description=form.description,
            step=step,
            nodes=graph_nodes(language, form, found, agents),
            edges=graph_edges(language, form),
            chips=chips,
            problems=by_field(language, found, None),
            step_problems={} if place is None else by_field(language, found, place),
            problem_count=len(blocking),
            unset_count=len(found) - len(blocking),
            is_dirty=is_dirty,
            is_simulated=_is_simulated(form, set(self._simulated)),
            is_agent_gone=step.agent_id != "" and int(step.agent_id) not in agents,
            has_else=form.has_else(step),
            is_when_gone=step.when_step != "" and step.when_step not in {chip.ref for chip in chips if chip.is_there},
        )
        await self._offer()
        if is_dirty:
            assign(self, is_saved=False)
        if is_other_step:
            self.step_key = self.input_key = f"{self.form_key}-{step.key}"

    def _begin(self, workflow: Workflow | None, imported: WorkflowDraft | None = None) -> None:
        """Begin with a workflow, a draft from a file, or nothing."""
        is_same = workflow is not None and workflow.id == self.workflow_id
        kept = {name: getattr(self, name) for name in (*_KEPT, *(_KEPT_OF_ONE if is_same else ()))}
        selected = self.step.ref if is_same else ""
        self.reset()
        for name, value in kept.items():
            setattr(self, name, value)
        self._base = workflow
        self._form = WorkflowForm.of(workflow.draft() if workflow else plain(imported) or _NOTHING)
        if workflow:
            self.workflow_id, self.title = workflow.id, workflow.name
        keys = {step.ref: step.key for step in self._form.steps}
        self.selected = keys.get(selected) or next(iter(keys.values()), "")
        # What was typed into the fields of another draft does not stay in these.
        self.form_key = uuid.uuid4().hex[:8]

    def _stored(self) -> WorkflowDraft:
        """Return what the form began with."""
        base: Workflow | None = plain(self._base)
        return base.draft() if base else _NOTHING

    def _usual_agent(self) -> str:
        used = [step.agent_id for step in self._form.steps if step.agent_id]
        first = self._first_offers[0].value if self._first_offers else ""
        return next((each for each in reversed(used) if int(each) in self._agents), first)

    async def _go_to(self, problem: Problem) -> None:
        is_other = False
        if problem.step is not None:
            key = self._form.steps[problem.step].key
            is_other, self.selected = key != self.selected, key
        self._focus_field(FIELD_IDS["workflow" if problem.step is None else "step"][problem.field])
        await self._show(is_other_step=is_other)

    def _focus_field(self, field_id: str) -> None:
        self._focus_count += 1
        self.focus = f"{field_id}#{self._focus_count}"


def hand_over(editor: WorkflowState, draft: WorkflowDraft) -> None:
    """Give a draft from a file to the page of a new workflow."""
    editor._imported = draft


def _agent_ids(form: WorkflowForm) -> set[int]:
    return {int(step.agent_id) for step in form.steps if step.agent_id}


def _is_simulated(form: WorkflowForm, simulated: set[int]) -> bool:
    asked = {int(step.agent_id) for step in form.steps if step.type == AGENT and step.agent_id}
    return bool(asked) and asked <= simulated
