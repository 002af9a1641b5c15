"""An agent as a file that means the same in every hub."""

from collections.abc import Sequence
from dataclasses import MISSING
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, create_model

from execution_hub.domain.agent import DRAFT_FIELDS, Agent, AgentDraft
from execution_hub.domain.case import AgentCase, read_cases
from execution_hub.domain.naming import free_name
from execution_hub.domain.texts import as_name

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileTool(BaseModel):
    """A tool as it is in a file: see ToolChoice."""

    model_config = STRICT

    server: str
    tool: str
    approval: Literal["auto", "ask", "never"] = "ask"


# Every field of an agent's draft, so that none is forgotten when there are more.
_FIELDS: dict[str, Any] = {
    each.name: (
        each.type,
        Field(default_factory=each.default_factory)
        if each.default_factory is not MISSING
        else (... if each.default is MISSING else each.default),
    )
    for each in (AgentDraft.__dataclass_fields__[name] for name in DRAFT_FIELDS)
}
_FIELDS["tools"] = (Annotated[list[FileTool], FailFast()], Field(default_factory=list))
FileAgent = create_model(
    "FileAgent", __config__=STRICT, __doc__="An agent as it is in a file: see AgentDraft.", **_FIELDS
)


class FileCase(BaseModel):
    """A case as it is in a file: see AgentCase."""

    model_config = STRICT

    name: str
    input: str


class AgentFile(FileAgent):
    """An agent as it is exported and imported.

    Attributes:
        cases: Its cases, in their order.
        id, version, created_at, updated_at: What a stored agent holds besides; ignored.
    """

    id: int | None = None
    version: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    cases: Annotated[list[FileCase], FailFast()] = []  # noqa: RUF012 - pydantic copies defaults

    def own_cases(self) -> list[AgentCase]:
        """Return its cases, checked each and together.

        Raises:
            InvalidInput: They do not fit; the field is named.
        """
        return read_cases((each.name, each.input) for each in self.cases)

    def draft(self, taken: frozenset[str]) -> AgentDraft:
        """Return what is to be stored: under a name of its own, such as `Writer (2)`, if another has its name.

        Args:
            taken: The names of the agents there are.

        Raises:
            InvalidInput: A value does not fit; the field is named.
        """
        values = self.model_dump(include=set(DRAFT_FIELDS))
        draft = AgentDraft(**values)
        return AgentDraft(**{**values, "name": free_name(draft.name, taken)})


def as_file(agent: Agent, name: str | None = None, cases: Sequence[AgentCase] = ()) -> dict[str, Any]:
    """Return an agent as a file: JSON values that AgentFile reads.

    Args:
        agent: The agent.
        name: Its name in the file; None for its own, without what a name may not hold today.
        cases: Its cases; without any, the file does not speak of them.
    """
    values = agent.draft(name=as_name(agent.name) if name is None else name).as_json()
    return {**values, "cases": [each.as_json() for each in cases]} if cases else values
