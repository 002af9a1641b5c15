"""What the calls about agents take."""

from typing import Annotated, Literal

from pydantic import FailFast, Field, WithJsonSchema

from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import Version
from execution_hub.domain import agent as limits
from execution_hub.domain.agent import DEFAULT_MAX_TOKENS, DEFAULT_RETRIES, SIMULATED
from execution_hub.domain.case import CASES_MAX
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.numbers import Whole

Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
ModelName = Annotated[str, TextLimit(limits.MODEL_MAX, is_needed=True, is_name=True)]
Prompt = Annotated[str, TextLimit(limits.PROMPT_MAX)]
# Told here, checked by the domain, as the texts.
MaxTokens = Annotated[Whole, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": limits.MAX_TOKENS_MAX})]
Retries = Annotated[Whole, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": limits.RETRIES_MAX})]
Seconds = Annotated[
    float, WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": limits.TIMEOUT_MAX_SECONDS})
]
OnCut = Literal["mark", "fail"]


CaseName = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]


class Case(Body):
    """An input under a name."""

    model_config = example(name="A question", input="Why do bees dance?")

    name: CaseName
    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)]


# Told here, checked by the domain; the first mistake is told, so the others need not be found.
CaseList = Annotated[list[Case], FailFast(), Field(json_schema_extra={"maxItems": CASES_MAX})]


class NewAgent(Body):
    """A new agent."""

    model_config = example(name="Editor", model="simulated", system_prompt="You shorten texts.", max_tokens=500)

    name: Name
    description: Description = ""
    model: ModelName = SIMULATED
    system_prompt: Prompt = ""
    max_tokens: MaxTokens = DEFAULT_MAX_TOKENS
    timeout_seconds: Seconds | None = None
    retries: Retries = DEFAULT_RETRIES
    on_cut: OnCut = "mark"


class ImportedAgent(NewAgent):
    """An agent as it was exported, or as `GET /api/agents/{id}` answers: what that holds besides is left out."""

    id: int | None = None
    version: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    cases: CaseList = []  # noqa: RUF012 - pydantic copies defaults


class AgentValues(Body):
    """Values of an agent that are not saved; what is left out is as saved."""

    # Only what was sent counts, as in AgentChanges.
    name: Name = ""
    description: Description = ""
    model: ModelName = ""
    system_prompt: Prompt = ""
    max_tokens: MaxTokens = DEFAULT_MAX_TOKENS
    timeout_seconds: Seconds | None = None
    retries: Retries = DEFAULT_RETRIES
    on_cut: OnCut = "mark"


class AgentChanges(AgentValues):
    """What to change of an agent; what is left out stays."""

    model_config = example(system_prompt="You shorten texts to one sentence.")

    version: Version = 1


class TestInput(Body):
    """What to test an agent on, and with which values."""

    model_config = example(input="Say hello [fast]")

    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)]
    agent: AgentValues | None = None
