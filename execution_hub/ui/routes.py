"""The addresses of single things, as text or as Vars."""

from typing import overload

import reflex as rx

from execution_hub.views.addresses import AGENTS, SUITES, TASKS, WORKFLOWS


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


@overload
def suite_path(suite_id: int) -> str: ...
@overload
def suite_path(suite_id: rx.Var[int]) -> rx.Var[str]: ...
def suite_path(suite_id: "int | rx.Var[int]") -> "str | rx.Var[str]":
    """Return the address of a suite's page."""
    return _with_id(SUITES, suite_id)


def _with_id(folder: str, identity: "int | rx.Var[int]") -> "str | rx.Var[str]":
    path = f"{folder}/{identity}"
    return rx.Var.create(path) if isinstance(identity, rx.Var) else path
