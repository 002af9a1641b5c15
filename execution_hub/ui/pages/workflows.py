"""The workflows: a card each with how its last execution went, and reading one from a file."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from execution_hub.domain.agent import Agent
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import Workflow
from execution_hub.errors import HubError
from execution_hub.hub import current_hub
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.editor import file_text
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import ended_icon, ended_word, simulated_tag, tone_class
from execution_hub.ui.follow import assign, language_of
from execution_hub.ui.pages.workflow.state import WorkflowState, hand_over
from execution_hub.ui.routes import NEW_WORKFLOW, WORKFLOWS, workflow_path
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import say_error, t
from execution_hub.ui.workflow_json import TEXT_MAX, FileError, FileProblem, read_file

_IMPORT_ID = "workflow-import-text"


@dataclass(frozen=True, slots=True)
class WorkflowCard:
    """What the list shows of a workflow.

    Attributes:
        id, name, description: As stored.
        steps: How many steps it has.
        is_simulated: Whether only the offline model answers in it.
        last_id: Its newest execution; 0 for none.
        last_status, last_at: How that is, and when it was created, ISO 8601.
        is_last_cut: Whether that succeeded with an answer that a limit cut.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    steps: int = 0
    is_simulated: bool = False
    last_id: int = 0
    last_status: str = ""
    last_at: str = ""
    is_last_cut: bool = False

    @classmethod
    def of(cls, workflow: Workflow, agents: Mapping[int, Agent]) -> "WorkflowCard":
        """Take what is shown from a workflow."""
        asked = [agents[step.agent_id] for step in workflow.steps if step.agent_id in agents]
        return cls(
            workflow.id,
            workflow.name,
            workflow.description,
            len(workflow.steps),
            is_simulated=bool(asked) and all(agent.is_simulated for agent in asked),
        )

    def after(self, executions: Iterable[Execution]) -> "WorkflowCard":
        """Return it with the newest of some executions as its last, if that is newer or changed."""
        mine = [each for each in executions if each.workflow_id == self.id and each.id >= self.last_id]
        if not mine:
            return self
        last = max(mine, key=lambda each: each.id)
        return replace(
            self,
            last_id=last.id,
            last_status=last.status.value,
            last_at=to_wire(last.created_at) or "",
            is_last_cut=last.is_cut and last.status is Status.SUCCEEDED,
        )


class WorkflowsState(rx.State):
    """The workflows, and the form that reads one from a file."""

    workflows: list[WorkflowCard] = []  # noqa: RUF012 - Reflex copies defaults
    is_loaded: bool = False
    failure: str = ""
    is_importing: bool = False
    file_problems: list[FileProblem] = []  # noqa: RUF012

    @rx.event
    async def load_workflows(self) -> None:
        """Read all workflows."""
        self.failure, self.is_importing, self.file_problems = "", False, []
        try:
            hub = current_hub()
            agents = {agent.id: agent for agent in await hub.agents.every()}
            cards = [WorkflowCard.of(workflow, agents) for workflow in await hub.workflows.every()]
            last = [await hub.list_executions(ExecutionFilter(workflow_id=each.id), limit=1) for each in cards]
            self.workflows = [each.after(page.items) for each, page in zip(cards, last, strict=True)]
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        self.is_loaded = True

    @rx.event(background=True)
    async def watch_last(self) -> None:
        """Keep each card's last execution as it is in the hub, until the page is left."""
        async with self:
            path = self.router.url.path
        with suppress(HubError):
            async with aclosing(current_hub().watch()) as updates:
                async for update in updates:
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, workflows=[each.after(update.executions) for each in self.workflows])

    @rx.event
    def toggle_import(self) -> None:
        """Open the form that reads a file, or close it."""
        self.is_importing, self.file_problems = not self.is_importing, []

    @rx.event
    async def import_workflow(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Take a workflow into the editor, where it is checked and saved; else say what is wrong and where."""
        try:
            draft = read_file(str(form.get("text", "")), await language_of(self))
        except FileError as error:
            self.file_problems = error.problems
            return
        hand_over(await self.get_state(WorkflowState), draft)
        self.file_problems = []
        yield rx.redirect(NEW_WORKFLOW)


def workflows_page() -> rx.Component:
    """Show the workflows."""
    return page_frame(
        t("workflows.title"),
        rx.cond(WorkflowsState.failure != "", notice(WorkflowsState.failure, kind="bad", icon="warning", role="alert")),
        rx.cond(WorkflowsState.is_importing, _import()),
        rx.cond(
            WorkflowsState.is_loaded,
            rx.cond(
                WorkflowsState.workflows.length() > 0,
                rx.el.ul(rx.foreach(WorkflowsState.workflows, _workflow_card), class_name="agent-grid"),
                rx.cond(WorkflowsState.failure != "", rx.fragment(), _empty()),
            ),
            rx.el.div(*(_skeleton_card() for _ in range(3)), class_name="agent-grid", aria_hidden=True),
        ),
        active=WORKFLOWS,
        actions=rx.el.div(
            button(
                t("workflows.import"),
                icon="upload",
                on_click=WorkflowsState.toggle_import,
                aria_expanded=WorkflowsState.is_importing,
                data_testid="workflow-import",
            ),
            link_button(t("workflows.new"), NEW_WORKFLOW, icon="plus", kind="primary", data_testid="workflow-new"),
            class_name="head-actions",
        ),
    )


def _workflow_card(workflow: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            rx.el.span(icon("workflow"), class_name="agent-mark"),
            rx.el.span(
                rx.el.strong(workflow.name, dir="auto"),
                rx.cond(
                    workflow.description != "",
                    rx.el.span(workflow.description, class_name="agent-about", dir="auto"),
                    rx.el.span(t("agents.no_description"), class_name="agent-about faint"),
                ),
                class_name="agent-words",
            ),
            rx.el.span(
                rx.el.span(
                    rx.cond(workflow.steps == 1, t("workflows.one_step"), t("workflows.step_count", n=workflow.steps)),
                    class_name="tag",
                ),
                rx.cond(workflow.is_simulated, simulated_tag()),
                rx.cond(
                    workflow.last_id > 0,
                    rx.el.span(
                        ended_icon(workflow.last_status, workflow.is_last_cut),
                        rx.el.span(ended_word(workflow.last_status, workflow.is_last_cut)),
                        ago(workflow.last_at),
                        class_name=tone_class("last-run", workflow.last_status, workflow.is_last_cut),
                    ),
                    rx.el.span(t("workflows.never_run"), class_name="last-run faint"),
                ),
                class_name="agent-foot",
            ),
            href=workflow_path(workflow.id),
            class_name="agent-card card",
            data_testid="workflow-card",
            data_workflow_id=workflow.id,
        ),
        key=workflow.id,
    )


def _skeleton_card() -> rx.Component:
    return rx.el.div(
        skeleton("34px", "34px"),
        rx.el.span(skeleton("45%", "15px"), skeleton("90%"), class_name="agent-words"),
        rx.el.span(skeleton("60%", "12px"), class_name="agent-foot"),
        class_name="agent-card card",
    )


def _empty() -> rx.Component:
    action = link_button(t("workflows.empty_action"), NEW_WORKFLOW, icon="plus", kind="primary")
    return card(empty_state("workflow", t("workflows.empty_title"), t("workflows.empty_text"), action))


def _import() -> rx.Component:
    return card(
        rx.el.form(
            rx.el.label(t("workflows.import_text"), html_for=_IMPORT_ID),
            rx.el.textarea(
                id=_IMPORT_ID,
                name="text",
                rows="8",
                max_length=TEXT_MAX,
                spell_check=False,
                placeholder='{"name": "…", "description": "…", "steps": [ … ]}',
                class_name="input area",
                aria_invalid=WorkflowsState.file_problems.length() > 0,
                aria_describedby="workflow-import-problems",
                data_testid="workflow-import-text",
            ),
            rx.el.div(
                rx.cond(
                    WorkflowsState.file_problems.length() > 0,
                    rx.el.ul(rx.foreach(WorkflowsState.file_problems, _file_problem), class_name="file-problems"),
                ),
                id="workflow-import-problems",
                role="alert",
                data_testid="workflow-import-problems",
            ),
            rx.el.div(
                button(
                    t("workflows.import_open"),
                    icon="check",
                    kind="primary",
                    type="submit",
                    data_testid="workflow-import-open",
                ),
                file_text(
                    icon("upload"),
                    rx.el.span(t("workflows.import_file")),
                    target=_IMPORT_ID,
                    limit=TEXT_MAX,
                    test_id="workflow-import-file",
                ),
                button(t("agents.cancel"), on_click=WorkflowsState.toggle_import),
                rx.el.span(t("workflows.import_hint"), class_name="hint"),
                class_name="form-actions",
            ),
            on_submit=WorkflowsState.import_workflow,
            no_validate=True,
            class_name="import-form",
        ),
        title=t("workflows.import_title"),
        class_name="below",
    )


def _file_problem(problem: Any) -> rx.Component:
    return rx.el.li(
        icon("warning"),
        rx.cond(problem.place != "", rx.el.code(problem.place)),
        rx.el.span(problem.text),
    )
