"""Where the pages live: the routes, and the dashboard's address with its filters."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

DASHBOARD = "/"
AGENTS = "/agents"
AGENT = "/agents/[agent_id]"
EXECUTION = "/executions/[execution_id]"
WORKFLOWS = "/workflows"
WORKFLOW = "/workflows/[workflow_id]"
NEW_WORKFLOW = "/workflows/new"
TASKS = "/tasks"
SUITES = "/suites"
SUITE = "/suites/[suite_id]"
COMPARE_RUNS = "/suites/[suite_id]/compare"
COMPARE = "/compare"
TOOLS = "/tools"
TASK = "/tasks/[task_id]"
SETTINGS = "/settings"
WORKERS = "/workers"
NOT_FOUND = "404"


def is_new_workflow(path: str) -> bool:
    """Tell whether an address is that of a workflow that is yet to be stored."""
    return path.rstrip("/") == NEW_WORKFLOW


def new_path(path: str) -> str:
    """Return the address of a list with the form of a new one open.

    >>> new_path(AGENTS)
    '/agents?new=1'
    """
    return f"{path}?new=1"


def wants_new(query: Mapping[str, str]) -> bool:
    """Tell whether an address asks for that form.

    Args:
        query: The words of the address.
    """
    return "new" in query


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


def compare_path(ids: Iterable[int]) -> str:
    """Return the address where executions stand beside each other.

    >>> compare_path([3, 5])
    '/compare?id=3&id=5'
    """
    return f"{COMPARE}?{urlencode([('id', each) for each in ids])}"


def list_path(path: str, q: str) -> str:
    """Return the address of a list of what holds a text in its name.

    Examples:
        >>> list_path(AGENTS, "a b"), list_path(AGENTS, "")
        ('/agents?q=a+b', '/agents')
    """
    return f"{path}?{urlencode({'q': q})}" if q else path


def compare_runs_path(suite_id: int) -> str:
    """Return the address where two runs of a suite stand beside each other.

    >>> compare_runs_path(3)
    '/suites/3/compare'
    """
    return f"{SUITES}/{suite_id}/compare"
