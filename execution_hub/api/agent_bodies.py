"""What the calls about agents take."""

from typing import Annotated, Any, Literal

from pydantic import FailFast, Field, WithJsonSchema

from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import Version
from execution_hub.domain import agent as limits
from execution_hub.domain import tool_choice
from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.case import CASES_MAX
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.numbers import Whole
from execution_hub.domain.output_schema import OUTPUT_SCHEMA_EXAMPLE

Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
ModelName = Annotated[str, TextLimit(limits.MODEL_MAX, is_needed=True, is_name=True)]
Prompt = Annotated[str, TextLimit(limits.PROMPT_MAX)]


def _whole(least: int, most: int) -> WithJsonSchema:
    # Told here, checked by the domain, as the texts.
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


def _above_zero(most: float) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": most})


MaxTokens = Annotated[Whole, _whole(1, limits.MAX_TOKENS_MAX)]
Retries = Annotated[Whole, _whole(0, limits.RETRIES_MAX)]
Seconds = Annotated[float, _above_zero(limits.TIMEOUT_MAX_SECONDS)]
OnCut = Literal["mark", "fail"]
MaxTurns = Annotated[Whole, _whole(1, limits.MAX_TURNS_MAX)]
MaxToolCalls = Annotated[Whole, _whole(0, limits.MAX_TOOL_CALLS_MAX)]
MaxTotalTokens = Annotated[Whole, _whole(1, limits.MAX_TOTAL_TOKENS_MAX)]
MaxCost = Annotated[float, _above_zero(limits.MAX_COST_MAX_USD)]
ResultChars = Annotated[Whole, _whole(limits.TOOL_RESULT_LEAST_CHARS, limits.TOOL_RESULT_MAX_CHARS)]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Thinking = Literal["adaptive", "disabled"]
OutputSchema = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "description": "A JSON Schema.", "examples": [OUTPUT_SCHEMA_EXAMPLE]}),
]


CaseName = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]


class Case(Body):
    """An input under a name."""

    model_config = example(name="A question", input="Why do bees dance?")

    name: CaseName
    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)]


# Told here, checked by the domain; the first mistake is told, so the others need not be found.
CaseList = Annotated[list[Case], FailFast(), Field(json_schema_extra={"maxItems": CASES_MAX})]


class ToolChoice(Body):
    """A tool that an agent may use."""

    server: Annotated[str, TextLimit(tool_choice.SERVER_MAX, is_needed=True, is_name=True)]
    tool: Annotated[str, TextLimit(tool_choice.TOOL_MAX, is_needed=True, is_name=True)]
    approval: Literal["auto", "ask", "never"] = "ask"


# As the list of cases.
ToolChoices = Annotated[list[ToolChoice], FailFast(), Field(json_schema_extra={"maxItems": tool_choice.TOOLS_MAX})]


class NewAgent(Body):
    """A new agent."""

    model_config = example(
        name="Editor",
        model="simulated",
        system_prompt="You shorten texts.",
        max_tokens=500,
        tools=[{"server": "hub", "tool": "calculate", "approval": "auto"}],
    )

    name: Name
    description: Description = ""
    model: ModelName = SIMULATED
    system_prompt: Prompt = ""
    max_tokens: MaxTokens = limits.DEFAULT_MAX_TOKENS
    timeout_seconds: Seconds | None = None
    retries: Retries = limits.DEFAULT_RETRIES
    on_cut: OnCut = "mark"
    tools: ToolChoices = []  # noqa: RUF012 - pydantic copies defaults
    max_turns: MaxTurns = limits.DEFAULT_MAX_TURNS
    max_tool_calls: MaxToolCalls = limits.DEFAULT_MAX_TOOL_CALLS
    max_total_tokens: MaxTotalTokens | None = None
    max_cost_usd: MaxCost | None = None
    tool_timeout_seconds: Seconds = limits.DEFAULT_TOOL_TIMEOUT_SECONDS
    tool_result_max_chars: ResultChars = limits.DEFAULT_TOOL_RESULT_CHARS
    effort: Effort | None = None
    thinking: Thinking | None = None
    output_schema: OutputSchema | None = None


class ImportedAgent(NewAgent):
    """An agent as it was exported, or as `GET /api/agents/{id}` answers: what that holds besides is left out."""

    id: int | None = None
    version: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    cases: CaseList = []  # noqa: RUF012 - pydantic copies defaults


class AgentValues(NewAgent):
    """Values of an agent that are not saved; what is left out is as saved."""

    # Only what was sent counts, as in AgentChanges.
    name: Name = ""


class AgentChanges(AgentValues):
    """What to change of an agent; what is left out stays."""

    model_config = example(system_prompt="You shorten texts to one sentence.")

    version: Version = 1


class TestInput(Body):
    """What to test an agent on, and with which values."""

    model_config = example(input="Say hello [fast]")

    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)]
    agent: AgentValues | None = None
