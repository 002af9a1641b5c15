"""An agent as a file that means the same in every hub."""

from dataclasses import MISSING, asdict, fields
from typing import Any

from pydantic import ConfigDict, Field, create_model

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.naming import free_name
from execution_hub.domain.texts import as_name

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)

# Every field of an agent's draft, so that none is forgotten when there are more.
_FIELDS: dict[str, Any] = {
    each.name: (
        each.type,
        Field(default_factory=each.default_factory)
        if each.default_factory is not MISSING
        else (... if each.default is MISSING else each.default),
    )
    for each in fields(AgentDraft)
}
FileAgent = create_model(
    "FileAgent", __config__=STRICT, __doc__="An agent as it is in a file: see AgentDraft.", **_FIELDS
)


class AgentFile(FileAgent):
    """An agent as it is exported and imported.

    Attributes:
        id, version, created_at, updated_at: What a stored agent holds besides; ignored.
    """

    id: int | None = None
    version: int | None = None
    created_at: str | None = None
    updated_at: str | None = None

    def draft(self, taken: frozenset[str]) -> AgentDraft:
        """Return what is to be stored: under a name of its own, such as `Writer (2)`, if another has its name.

        Args:
            taken: The names of the agents there are.

        Raises:
            InvalidInput: A value does not fit; the field is named.
        """
        values = {name: getattr(self, name) for name in AgentDraft.__dataclass_fields__}
        draft = AgentDraft(**values)
        return AgentDraft(**{**values, "name": free_name(draft.name, taken)})


def as_file(agent: Agent, name: str | None = None) -> dict[str, Any]:
    """Return an agent as a file: JSON values that AgentFile reads.

    Args:
        agent: The agent.
        name: Its name in the file; None for its own, without what a name may not hold today.
    """
    return asdict(agent.draft(name=as_name(agent.name) if name is None else name))
