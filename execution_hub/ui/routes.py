"""Where the pages live: the routes as constants, and the functions that build an address."""

from typing import overload
from urllib.parse import urlencode

import reflex as rx

DASHBOARD = "/"
AGENTS = "/agents"
AGENT = "/agents/[agent_id]"
EXECUTION = "/executions/[execution_id]"
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
