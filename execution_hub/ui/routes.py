"""Where the pages live: the routes as constants, and the functions that build an address."""

from typing import overload
from urllib.parse import urlencode

import reflex as rx

DASHBOARD = "/"
AGENTS = "/agents"
AGENT = "/agents/[agent_id]"
EXECUTION = "/executions/[execution_id]"
WORKFLOWS = "/workflows"
WORKFLOW = "/workflows/[workflow_id]"
NEW_WORKFLOW = "/workflows/new"
TASKS = "/tasks"
TASK = "/tasks/[task_id]"
NOT_FOUND = "404"


@overload
def agent_path(agent_id: int) -> str: ...
@overload
def agent_path(agent_id: rx.Var[int]) -> rx.Var[str]: ...
def agent_path(agent_id: "int | rx.Var[int]") -> "str | rx.Var[str]":
    """Return the address of an agent's page."""
    return _with_id(AGENTS, agent_id)


@overload
def execution_path(execution_id: int) -> str: ...
@overload
def execution_path(execution_id: rx.Var[int]) -> rx.Var[str]: ...
def execution_path(execution_id: "int | rx.Var[int]") -> "str | rx.Var[str]":
    """Return the address of an execution's page."""
    return _with_id("/executions", execution_id)


@overload
def workflow_path(workflow_id: int) -> str: ...
@overload
def workflow_path(workflow_id: rx.Var[int]) -> rx.Var[str]: ...
def workflow_path(workflow_id: "int | rx.Var[int]") -> "str | rx.Var[str]":
    """Return the address of a workflow's page."""
    return _with_id(WORKFLOWS, workflow_id)


@overload
def task_path(task_id: int) -> str: ...
@overload
def task_path(task_id: rx.Var[int]) -> rx.Var[str]: ...
def task_path(task_id: "int | rx.Var[int]") -> "str | rx.Var[str]":
    """Return the address of a task's page."""
    return _with_id(TASKS, task_id)


def is_new_workflow(path: str) -> bool:
    """Tell whether an address is that of a workflow that is yet to be stored."""
    return path.rstrip("/") == NEW_WORKFLOW


def dashboard_path(**words: str) -> str:
    """Return the address of the dashboard with its filters; empty ones are left out.

    Examples:
        >>> dashboard_path(status="failed", q="", type="agent_test")
        '/?status=failed&type=agent_test'
        >>> dashboard_path()
        '/'
    """
    query = urlencode({name: word for name, word in words.items() if word})
    return f"{DASHBOARD}?{query}" if query else DASHBOARD


def _with_id(folder: str, identity: "int | rx.Var[int]") -> "str | rx.Var[str]":
    path = f"{folder}/{identity}"
    return rx.Var.create(path) if isinstance(identity, rx.Var) else path
