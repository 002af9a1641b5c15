"""All pages with their addresses, and what loading each begins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    app.add_page(
        dashboard_page,
        route=DASHBOARD,
        title=_NAME,
        on_load=[PageState.watch, DashboardState.load, DashboardState.watch],
    )
    app.add_page(
        agents_page,
        route=AGENTS,
        title=f"Agents · {_NAME}",
        on_load=[PageState.watch, AgentImportState.begin, AgentsState.load, AgentsState.watch_verdicts],
    )
    app.add_page(
        agent_page,
        route=AGENT,
        title=f"Agent · {_NAME}",
        on_load=[
            PageState.watch,
            AgentState.load,
            AgentVersions.load_versions,
            CasesState.load,
            AgentState.follow_newest,
            AgentState.watch_recent,
            AgentVerdicts.watch,
            CasesState.watch,
        ],
    )
    app.add_page(
        execution_page,
        route=EXECUTION,
        title=f"Execution · {_NAME}",
        on_load=[
            PageState.watch,
            ExecutionState.load_execution,
            ExecutionState.follow_execution,
            ExecutionState.watch_reruns,
            CellState.close_cell,
            ChildState.follow,
        ],
    )
    app.add_page(
        compare_page,
        route=COMPARE,
        title=f"Compare · {_NAME}",
        on_load=[PageState.watch, CompareState.load, CompareState.watch],
    )
    app.add_page(
        compare_runs_page,
        route=COMPARE_RUNS,
        title=f"Compare runs · {_NAME}",
        on_load=[PageState.watch, CompareRunsState.load, CompareRunsState.watch],
    )
    app.add_page(
        workflows_page,
        route=WORKFLOWS,
        title=f"Workflows · {_NAME}",
        on_load=[PageState.watch, ImportState.begin, WorkflowsState.load, WorkflowsState.watch_last],
    )
    app.add_page(
        workflow_page,
        route=WORKFLOW,
        title=f"Workflow · {_NAME}",
        on_load=[
            PageState.watch,
            WorkflowState.load_workflow,
            WorkflowVersions.load_versions,
            WorkflowRunState.load_tasks,
            WorkflowState.watch_recent,
        ],
    )
    app.add_page(tasks_page, route=TASKS, title=f"Tasks · {_NAME}", on_load=[PageState.watch, TasksState.load])
    app.add_page(
        task_page,
        route=TASK,
        title=f"Task · {_NAME}",
        on_load=[
            PageState.watch,
            TaskState.load,
            TaskVersions.load_versions,
            TaskRunState.load_workflows,
            TaskState.watch_recent,
        ],
    )
    app.add_page(
        suites_page,
        route=SUITES,
        title=f"Suites · {_NAME}",
        on_load=[PageState.watch, SuitesState.load, SuitesState.watch_last],
    )
    app.add_page(
        suite_page,
        route=SUITE,
        title=f"Suite · {_NAME}",
        on_load=[PageState.watch, PasteState.close, SuiteState.load, AgreementState.load, SuiteRunsState.watch],
    )
    app.add_page(
        tools_page,
        route=TOOLS,
        title=f"Tools · {_NAME}",
        on_load=[PageState.watch, ToolsState.load, ToolsState.watch],
    )
    app.add_page(
        workers_page,
        route=WORKERS,
        title=f"Workers · {_NAME}",
        on_load=[PageState.watch, WorkersState.watch],
    )
    app.add_page(
        settings_page,
        route=SETTINGS,
        title=f"Settings · {_NAME}",
        on_load=[PageState.watch, SettingsState.load, SettingsState.look],
    )
    app.add_page(not_found_page, route=NOT_FOUND, title=_NAME, on_load=PageState.watch)
