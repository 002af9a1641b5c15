"""Which tools an agent may use, and whether a person is asked first."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from execution_hub.domain.texts import check_name
from execution_hub.errors import InvalidInput

AUTO = "auto"
ASK = "ask"
NEVER = "never"
APPROVALS = (AUTO, ASK, NEVER)
TOOLS_MAX = 100
SERVER_MAX = 120
TOOL_MAX = 200
_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """A tool that an agent may use, or may not.

    Attributes:
        server: The name of its server, as in the MCP file; `hub` for the built-in ones.
        tool: Its name there.
        approval: `auto`, it runs by itself; `ask`, a person is asked before each call; `never`, it is not offered.
    """

    server: str
    tool: str
    approval: str = ASK

    def as_json(self) -> dict[str, str]:
        """Return the choice as on the wire."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ToolChoice":
        """Read what `as_json` wrote; what was stored is not checked anew."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__ if name in value})


def stored_tools(values: Iterable[Mapping[str, Any]]) -> tuple[ToolChoice, ...]:
    """Return choices as they were stored."""
    return tuple(ToolChoice.from_json(each) for each in values)


def servers_of(definition: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the servers whose tools an agent may use.

    Args:
        definition: The agent's, as stored.
    """
    return frozenset(each.server for each in stored_tools(definition.get("tools", ())) if each.approval != NEVER)


def read_tools(field: str, values: object) -> tuple[ToolChoice, ...]:
    """Return choices of tools, checked each and together; whether there is such a tool now is not asked.

    Args:
        field: How the caller calls them.
        values: A list of ToolChoice, or of what `as_json` returns.

    Raises:
        InvalidInput: One does not fit, two are for the same tool, or there are too many; the place is named.
    """
    if not isinstance(values, list | tuple):
        raise InvalidInput(field, f'{field} is no list. Give one, such as [{{"server": "hub", "tool": "calculate"}}].')
    if len(values) > TOOLS_MAX:
        raise InvalidInput(field, f"{field} has {len(values)} choices. Leave out all but {TOOLS_MAX}.", limit=TOOLS_MAX)
    found: dict[tuple[str, str], ToolChoice] = {}
    for place, value in enumerate(values):
        where = f"{field}[{place}]"
        choice = _read(where, value)
        if (choice.server, choice.tool) in found:
            first = list(found).index((choice.server, choice.tool))
            raise InvalidInput(where, f"{where} is the same tool as {field}[{first}]. Leave one of them out.")
        found[choice.server, choice.tool] = choice
    return tuple(found.values())


def _read(where: str, value: object) -> ToolChoice:
    if isinstance(value, ToolChoice):
        value = value.as_json()
    if not isinstance(value, Mapping):
        raise InvalidInput(where, f"{where} is no object. Give server, tool and approval.")
    for name in value:
        if name not in ToolChoice.__dataclass_fields__:
            raise InvalidInput(where, f"{where} has no value {str(name)[:_SHOWN_MAX]!r}. Give server, tool, approval.")
    approval = value.get("approval", ASK)
    if approval not in APPROVALS:
        place = f"{where}.approval"
        raise InvalidInput(place, f"{place} is {str(approval)[:_SHOWN_MAX]!r}. Use {', '.join(APPROVALS)}.")
    server = _name(f"{where}.server", value.get("server"), SERVER_MAX)
    if "/" in server:
        place = f"{where}.server"
        raise InvalidInput(place, f"{place} holds a /, which parts a server from its tool. Give the server's name.")
    return ToolChoice(
        server,
        _name(f"{where}.tool", value.get("tool"), TOOL_MAX),
        approval,
    )


def _name(place: str, value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise InvalidInput(place, f"{place} is no text. Give a name.")
    return check_name(place, value, limit)
