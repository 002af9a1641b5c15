"""What of the tools that a server tells is taken, and what is said of the rest. Servers are not trusted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.texts import check_name, storable
from execution_hub.errors import InvalidInput
from execution_hub.tools.port import Tool, tool_of

TOOLS_MAX = 200
NAME_MAX = 128
DESCRIPTION_MAX = 10_000
NOTES_MAX = 5


@dataclass(frozen=True, slots=True)
class ToldTool:
    """A tool as its server tells it.

    Attributes:
        name, description: Its words.
        input_schema: What it says the arguments are.
        hints: What it says of itself.
        is_task_only: Whether it runs only as a task of MCP, which the hub does not begin.
        schema_problem: Why its schema cannot be used; None if it can.
    """

    name: str
    description: str
    input_schema: dict[str, Any]
    hints: dict[str, Any]
    is_task_only: bool = False
    schema_problem: str | None = None


def catalogue(server: str, told: Sequence[ToldTool], idempotent: Iterable[str]) -> tuple[tuple[Tool, ...], str]:
    """Return the tools that can be called, and what is to be said of the others, in words.

    Args:
        server: The server's name.
        told: What it tells, in its order; of two with one name the first counts.
        idempotent: The names of those that may be called again.
    """
    again = frozenset(idempotent)
    found: dict[str, Tool] = {}
    notes: list[str] = []
    for each in told[:TOOLS_MAX]:
        shown = repr(each.name[:60])
        problem = _name_problem(each.name) or each.schema_problem
        if each.is_task_only:
            problem = "it runs only as a task, and the hub begins none"
        if problem is not None:
            notes.append(f"The tool {shown} is left out: {problem}.")
            continue
        tool = tool_of(
            server,
            each.name,
            storable(each.description[:DESCRIPTION_MAX]),
            each.input_schema,
            each.hints,
            is_idempotent=each.name in again,
        )
        if tool.model_name in found:
            notes.append(f"Two tools are called {shown}: the first counts.")
            continue
        found[tool.model_name] = tool
    if len(told) > TOOLS_MAX:
        notes.append(f"It tells {len(told)} tools; the first {TOOLS_MAX} are taken.")
    names = {tool.name for tool in found.values()}
    notes.extend(f"HUB_MCP_FILE says that {name!r} is idempotent, but there is no such tool." for name in again - names)
    return tuple(found.values()), " ".join(_bounded(notes))


def _name_problem(name: str) -> str | None:
    try:
        if check_name("its name", name, NAME_MAX) != name:
            return "its name has space around it"
    except InvalidInput as error:
        return error.message.rstrip(".")
    if "/" in name or name in (".", ".."):
        return "its name would be a path"
    return None


def _bounded(notes: Sequence[str]) -> Iterator[str]:
    yield from notes[:NOTES_MAX]
    if len(notes) > NOTES_MAX:
        yield f"({len(notes) - NOTES_MAX} more.)"
