"""All pages with their addresses, and what loading each begins."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import reflex as rx

from execution_hub.ui.live import PageState, monitor_publisher
from execution_hub.ui.page_sockets import page_sockets
from execution_hub.ui.pages.agent import AgentState, AgentVerdicts, AgentVersions, CasesState, agent_page
from execution_hub.ui.pages.agents import AgentImportState, AgentsState, agents_page
from execution_hub.ui.pages.compare import CompareState, compare_page
from execution_hub.ui.pages.compare_runs import CompareRunsState, compare_runs_page
from execution_hub.ui.pages.dashboard import DashboardState, dashboard_page
from execution_hub.ui.pages.dashboard.shared import shared_dashboard
from execution_hub.ui.pages.execution import CellState, ChildState, ExecutionState, execution_page
from execution_hub.ui.pages.not_found import not_found_page
from execution_hub.ui.pages.settings import SettingsState, settings_page
from execution_hub.ui.pages.suite import AgreementState, PasteState, SuiteRunsState, SuiteState, suite_page
from execution_hub.ui.pages.suites import SuitesState, suites_page
from execution_hub.ui.pages.task import TaskRunState, TaskState, TaskVersions, task_page
from execution_hub.ui.pages.tasks import TasksState, tasks_page
from execution_hub.ui.pages.tools import ToolsState, tools_page
from execution_hub.ui.pages.workers import WorkersState, workers_page
from execution_hub.ui.pages.workers.shared import shared_workers
from execution_hub.ui.pages.workflow import WorkflowRunState, WorkflowState, WorkflowVersions, workflow_page
from execution_hub.ui.pages.workflows import ImportState, WorkflowsState, workflows_page
from execution_hub.views.addresses import (
    AGENT,
    AGENTS,
    COMPARE,
    COMPARE_RUNS,
    DASHBOARD,
    EXECUTION,
    NOT_FOUND,
    SETTINGS,
    SUITE,
    SUITES,
    TASK,
    TASKS,
    TOOLS,
    WORKERS,
    WORKFLOW,
    WORKFLOWS,
)

_STYLES = (
    "hub",
    "pages",
    "workflows",
    "execution",
    "calls",
    "editor",
    "actions",
    "agent",
    "agent_tools",
    "tools",
    "workers",
    "bench",
    "settings",
    "suites",
    "history",
    "motion",
    "connection",
    "approvals",
    "offers",
    "code",
    "charts",
    "verdicts",
    "suite_run",
    "hands",
)
STYLESHEETS = [f"/{name}.css" for name in _STYLES]
HEAD = [rx.el.link(rel="icon", type="image/svg+xml", href="/favicon.svg")]
_NAME = "Execution Hub"


class _Page(NamedTuple):
    """A page: what it shows, its address, its name in the title if it has one, and what loading it begins."""

    shows: Callable[[], rx.Component]
    route: str
    name: str
    on_load: Sequence[Any]  # event handlers, which to a type checker are not what `rx.EventHandler` names


_PAGES = (
    _Page(dashboard_page, DASHBOARD, "", [DashboardState.load, DashboardState.watch]),
    _Page(agents_page, AGENTS, "Agents", [AgentImportState.begin, AgentsState.load, AgentsState.watch_verdicts]),
    _Page(
        agent_page,
        AGENT,
        "Agent",
        [
            AgentState.load,
            AgentVersions.load_versions,
            CasesState.load,
            AgentState.follow_newest,
            AgentState.watch_recent,
            AgentVerdicts.watch,
            CasesState.watch,
        ],
    ),
    _Page(
        execution_page,
        EXECUTION,
        "Execution",
        [
            ExecutionState.load_execution,
            ExecutionState.follow_execution,
            ExecutionState.watch_reruns,
            CellState.close_cell,
            ChildState.follow,
        ],
    ),
    _Page(compare_page, COMPARE, "Compare", [CompareState.load, CompareState.watch]),
    _Page(compare_runs_page, COMPARE_RUNS, "Compare runs", [CompareRunsState.load, CompareRunsState.watch]),
    _Page(workflows_page, WORKFLOWS, "Workflows", [ImportState.begin, WorkflowsState.load, WorkflowsState.watch_last]),
    _Page(
        workflow_page,
        WORKFLOW,
        "Workflow",
        [
            WorkflowState.load_workflow,
            WorkflowVersions.load_versions,
            WorkflowRunState.load_tasks,
            WorkflowState.watch_recent,
        ],
    ),
    _Page(tasks_page, TASKS, "Tasks", [TasksState.load]),
    _Page(
        task_page,
        TASK,
        "Task",
        [TaskState.load, TaskVersions.load_versions, TaskRunState.load_workflows, TaskState.watch_recent],
    ),
    _Page(suites_page, SUITES, "Suites", [SuitesState.load, SuitesState.watch_last]),
    _Page(suite_page, SUITE, "Suite", [PasteState.close, SuiteState.load, AgreementState.load, SuiteRunsState.watch]),
    _Page(tools_page, TOOLS, "Tools", [ToolsState.load, ToolsState.watch]),
    _Page(workers_page, WORKERS, "Workers", [WorkersState.watch]),
    _Page(settings_page, SETTINGS, "Settings", [SettingsState.load, SettingsState.look]),
    _Page(not_found_page, NOT_FOUND, "", []),
)


@asynccontextmanager
async def sharing(app: rx.App) -> AsyncIterator[None]:
    """Send what is the same on many pages for as long as the hub is open.

    Args:
        app: Whose pages.
    """
    page_sockets.start(app)
    # The rows last: the newest watcher is told first.
    tasks = [asyncio.create_task(each.run()) for each in (shared_workers, monitor_publisher, shared_dashboard)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def add_pages(app: rx.App) -> None:
    """Add every page to the app; each also begins to watch what runs."""
    for page in _PAGES:
        title = f"{page.name} · {_NAME}" if page.name else _NAME
        app.add_page(page.shows, route=page.route, title=title, on_load=[PageState.watch, *page.on_load])
