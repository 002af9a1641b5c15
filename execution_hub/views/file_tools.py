"""The tools that agents of a file may use, as the preview of its import shows them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.tool_choice import NEVER
from execution_hub.views.tool_rows import Server


@dataclass(frozen=True, slots=True)
class FileToolRow:
    """A tool that an agent of a file may use.

    Attributes:
        agent: The agent's name.
        name: The tool with its server: `files/write`.
        approval: `auto` or `ask`.
        is_here: Whether this hub has it, as far as its server has told by now.
    """

    agent: str = ""
    name: str = ""
    approval: str = ""
    is_here: bool = True


def file_tools(drafts: Iterable[AgentDraft], servers: Sequence[Server]) -> list[FileToolRow]:
    """Return the tools of agents that are to be created; what is never used is left out.

    Args:
        drafts: The agents.
        servers: The hub's, as they are now.
    """
    known = {each.name: each for each in servers}

    def is_here(server: str, tool: str) -> bool:
        found = known.get(server)
        return found is not None and (found.status != "ready" or any(each.name == tool for each in found.tools))

    return [
        FileToolRow(draft.name, f"{each.server}/{each.tool}", each.approval, is_here(each.server, each.tool))
        for draft in drafts
        for each in draft.tools
        if each.approval != NEVER
    ]
