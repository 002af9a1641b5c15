"""`execution-hub agents` and `workflows`: what there is, a line each."""

from collections.abc import Callable
from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say_json, say_table, tell

NAME_MAX = 40
WORDS_MAX = 60

# Of each noun, the heading of its own column and what stands in it.
_COLUMNS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "agent": ("MODEL", lambda agent: excerpt(agent["model"], NAME_MAX)),
    "workflow": ("STEPS", lambda workflow: str(len(workflow["steps"]))),
}


async def list_objects(hub: TerminalHub, noun: str, limit: int, cursor: str | None, *, is_json: bool) -> int:
    """Print a page of the agents or the workflows.

    Args:
        hub: The hub.
        noun: `agent` or `workflow`.
        limit: How many at most.
        cursor: Where the page begins; None at the beginning.
        is_json: As the API's list.
    """
    page = await hub.page(noun, limit, cursor)
    if is_json:
        say_json(page)
        return 0
    heading, column = _COLUMNS[noun]
    rows = [("ID", "NAME", heading, "DESCRIPTION")]
    rows += [
        (str(each["id"]), excerpt(each["name"], NAME_MAX), column(each), excerpt(each["description"], WORDS_MAX))
        for each in page["items"]
    ]
    say_table(rows)
    tell_more(page)
    return 0


def tell_more(page: dict[str, Any]) -> None:
    """Say how to go on with a list, if there is more of it."""
    if page["next_cursor"]:
        tell(f"There are more: --cursor {page['next_cursor']}")
