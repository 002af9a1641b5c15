"""Values of agents and tasks as the fields of a form show them, and as their differences are told. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from execution_hub.domain.tool_choice import ASK, ToolChoice
from execution_hub.errors import InvalidInput


def field_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as a form shows them.

    >>> field_texts({"timeout_seconds": 5.0, "retries": 2, "name": None, "output_schema": {}})
    {'timeout_seconds': '5', 'retries': '2', 'name': '', 'output_schema': '{}'}
    """
    return {name: tools_text(value) if name == "tools" else field_text(value) for name, value in values.items()}


def field_text(value: Any) -> str:
    """Return a value as a form shows it: a number without needless zeros, an object as JSON, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict) else str(value)


def tools_text(tools: Sequence[ToolChoice | Mapping[str, Any]]) -> str:
    r"""Return choices of tools, a line each.

    >>> tools_text([ToolChoice("hub", "calculate", "auto"), {"server": "files", "tool": "write", "approval": "ask"}])
    'hub/calculate: auto\nfiles/write: ask'
    """
    choices = [each if isinstance(each, ToolChoice) else ToolChoice.from_json(each) for each in tools]
    return "\n".join(f"{each.server}/{each.tool}: {each.approval}" for each in choices)


def read_tools_text(text: str) -> list[dict[str, str]]:
    r"""Read what `tools_text` wrote: what AgentDraft takes, which checks it.

    >>> read_tools_text("hub/calculate: auto\r\n")
    [{'server': 'hub', 'tool': 'calculate', 'approval': 'auto'}]
    """
    return [_read_line(line) for line in text.replace("\r", "\n").split("\n") if line.strip()]


def _read_line(line: str) -> dict[str, str]:
    name, _, approval = line.rpartition(": ")
    server, _, tool = (name or line).partition("/")
    return {"server": server, "tool": tool, "approval": approval.strip() if name else ASK}


def read_json_text(field: str, text: str) -> Any:
    """Read a field that holds JSON; None where it is empty.

    Raises:
        InvalidInput: It holds none; says where.
    """
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise InvalidInput(field, f"{field} is no JSON: line {error.lineno}, column {error.colno}.", **place) from None
    except (ValueError, RecursionError):
        raise InvalidInput(field, f"{field} cannot be read as JSON. Make it flatter, or its numbers shorter.") from None
