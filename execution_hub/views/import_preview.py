"""What an import of a file would do, before it is done."""

from dataclasses import dataclass, field

from execution_hub.domain.workflow_file import How
from execution_hub.views.file_tools import FileToolRow
from execution_hub.views.json_file import FileProblem


@dataclass(frozen=True, slots=True)
class AgentPreview:
    """What an import would store.

    Attributes:
        name: The agent's name here; empty for no preview.
        given: Its name in the file.
        model: Its model.
        is_simulated: Whether that is the offline one.
        missing_key: What that lacks to answer; empty for nothing.
        prompt: The first words of its prompt.
        max_tokens: How many tokens it may write.
        tools: The tools it may use.
        cases: How many cases come with it.
        has_schema: Whether its answers are JSON that fits a schema.
    """

    name: str = ""
    given: str = ""
    model: str = ""
    is_simulated: bool = False
    missing_key: str = ""
    prompt: str = ""
    max_tokens: int = 0
    tools: list[FileToolRow] = field(default_factory=list)
    cases: int = 0
    has_schema: bool = False


@dataclass(frozen=True, slots=True)
class BoundStep:
    """Whom a step would be given to.

    Attributes:
        step: Its name.
        agent: The agent's name in this hub; the file's for `unset`, empty if it names none.
        how: `same`, `created` or `unset`.
    """

    step: str = ""
    agent: str = ""
    how: How = "unset"


@dataclass(frozen=True, slots=True)
class WorkflowPreview:
    """What an import would do.

    Attributes:
        name: The workflow's name, never empty; empty for no preview.
        bound: Whom each agent's step would be given to.
        new: The names of the agents that would be created, as one text.
        unset: How many steps would be left without an agent.
        is_old: Whether the file names agents by numbers of another hub.
        has_missing: Whether it holds agents that this hub does not have.
        tools: The tools that the new agents may use.
        problems: What keeps the workflow from being stored, the first ones.
    """

    name: str = ""
    bound: list[BoundStep] = field(default_factory=list)
    new: str = ""
    unset: int = 0
    is_old: bool = False
    has_missing: bool = False
    tools: list[FileToolRow] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
