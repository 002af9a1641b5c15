"""`execution-hub agents` and `workflows`: what there is, a line each."""

from collections.abc import Callable
from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say_json, say_table, tell
from execution_hub.domain.tool_choice import NEVER

NAME_MAX = 40
WORDS_MAX = 60

Column = tuple[str, Callable[[dict[str, Any]], str]]


def _tools(agent: dict[str, Any]) -> str:
    given = [each for each in agent["tools"] if each["approval"] != NEVER]
    return str(len(given) or "-")


# Of each noun, the headings of its own columns and what stands in them.
_COLUMNS: dict[str, tuple[Column, ...]] = {
    "agent": (("MODEL", lambda agent: excerpt(agent["model"], NAME_MAX)), ("TOOLS", _tools)),
    "workflow": (("STEPS", lambda workflow: str(len(workflow["steps"]))),),
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
    columns: tuple[Column, ...] = (
        ("ID", lambda each: str(each["id"])),
        ("NAME", lambda each: excerpt(each["name"], NAME_MAX)),
        *_COLUMNS[noun],
        ("DESCRIPTION", lambda each: excerpt(each["description"], WORDS_MAX)),
    )
    rows = [tuple(heading for heading, _ in columns)]
    rows += [tuple(show(each) for _, show in columns) for each in page["items"]]
    say_table(rows)
    tell_more(page)
    return 0


def tell_more(page: dict[str, Any]) -> None:
    """Say how to go on with a list, if there is more of it."""
    if page["next_cursor"]:
        tell(f"There are more: --cursor {page['next_cursor']}")
