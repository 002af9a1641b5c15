"""The shapes of what the API answers about suites of tests; see wire.py."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from execution_hub.api.wire_calls import Time
from execution_hub.domain.check import TYPES
from execution_hub.domain.trigger import TriggerType
from execution_hub.domain.verdict import CellOutcome

CHECK_EXAMPLE: dict[str, Any] = {"type": "contains", "value": "84", "not": False, "weight": 1}
CASE_EXAMPLE: dict[str, Any] = {
    "name": "A sum",
    "input": "12*(3+4)",
    "variables": {},
    "tags": ["numbers"],
    "golden": None,
    "checks": [CHECK_EXAMPLE],
    "min_score": 1.0,
    "execution_id": None,
}


class Check(BaseModel):
    """What an answer must be to pass."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [CHECK_EXAMPLE]})

    type: str = Field(json_schema_extra={"enum": list(TYPES)}, examples=["contains"])
    value: Any = Field(default=None, description="A text, a list of texts, a number or a schema, as the type needs.")
    is_not: bool = Field(default=False, alias="not")
    weight: float = 1


class Case(BaseModel):
    """An input, and what is to come of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [CASE_EXAMPLE]})

    name: str = Field(examples=["A sum"])
    input: str = Field(examples=["12*(3+4)"])
    variables: dict[str, str] = Field(
        default={}, description="Texts by name, which {{ name }} in the input stands for.", examples=[{}]
    )
    tags: list[str] = Field(examples=[["numbers"]])
    golden: str | None = Field(description="The answer that checks are held against.", examples=[None])
    checks: list[Check]
    min_score: float = Field(default=1.0, description="Which share of the checks, by weight, must pass: 0 to 1.")
    execution_id: int | None = Field(description="The execution it was pinned from.", examples=[None])


class Target(BaseModel):
    """An agent or a workflow."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent_id": 1}]})

    agent_id: int | None = None
    workflow_id: int | None = None
    model: str | None = Field(default=None, description="Which model the agent is run on instead of its own.")


class Trigger(BaseModel):
    """What starts a run where no person does."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "save",
                    "actor": "local",
                    "at": "2026-01-02T03:04:05.000Z",
                    "agent_id": 1,
                    "name": "Reckoner",
                    "version": 4,
                }
            ]
        },
    )

    type: TriggerType
    actor: str = Field(description="Who saved; else what it was.", examples=["local"])
    at: Time


class NotStarted(BaseModel):
    """A run that was to start by itself and did not."""

    trigger: Trigger
    code: str = Field(examples=["conflict"])
    message: str = Field(examples=["This suite has no cases yet. Give it some, then run it."])


class Started(BaseModel):
    """The run that a webhook has started, now or when it was delivered before."""

    id: int | None = Field(description="The execution; null where nothing was to be started.", examples=[12])
    url: str | None = Field(description="Its page.", examples=["https://hub.example.com/executions/12"])


class PlainSuite(BaseModel):
    """A suite of tests, without its cases."""

    id: int
    name: str = Field(examples=["Sums"])
    description: str = Field(examples=["What the reckoner must know."])
    targets: list[Target]
    cases_count: int
    repeats: int = Field(description="How often each case is run on each target.")
    pass_rate: float = Field(description="Which share must pass, 0 to 1.")
    on_save: bool = Field(description="Whether it runs when an agent it tests is saved.")
    schedule: str | None = Field(
        description="When it runs by itself, as cron has it, in UTC.", examples=["0 3 * * 1-5"]
    )
    max_cost_usd: float | None = Field(description="At what cost a run begins no further cases.", examples=[None])
    max_seconds: float | None = Field(description="After what time a run begins no further cases.", examples=[None])
    agent_id: int | None = Field(
        description="The agent whose own suite it is: its cases are those of the agent's page.", examples=[None]
    )
    next_run_at: Time | None = Field(description="When its schedule comes next.")
    not_started: NotStarted | None = Field(
        description="The last run that was to start by itself and did not; null once one did, or the suite changed.",
        examples=[None],
    )
    version: int
    created_at: Time
    updated_at: Time


class Suite(PlainSuite):
    """A suite of tests."""

    cases: list[Case]


class Unmapped(BaseModel):
    """What of a file was left out, or means something else here."""

    place: str = Field(examples=["tests[0].assert[1]"])
    reason: str = Field(examples=["javascript: A program: this hub runs none of a file."])


class SuiteOfFile(Suite):
    """A suite with the cases of a file, and what of the file does not map."""

    unmapped: list[Unmapped]


class CheckResult(BaseModel):
    """What came of a check."""

    type: str = Field(examples=["contains"])
    passed: bool | None = Field(description="Null where it could not be looked at.", examples=[True])
    reason: str = Field(examples=["It is “The result is 84.”."])
    weight: float
    execution_id: int | None = Field(description="The execution of the model that judged.", examples=[None])
    code: str = Field(description="Which reason it is; empty where the words are a model's own.", examples=["is"])
    values: dict[str, str] = Field(description="What the reason tells, by name.", examples=[{"shown": "“84”"}])


class Result(BaseModel):
    """What came of a case on a target, in one repeat."""

    case: str = Field(examples=["A sum"])
    target: int = Field(description="Its place among the suite's targets, from 0.")
    repeat: int = Field(description="From 0.")
    execution_id: int
    outcome: CellOutcome | None = Field(description="Null as long as it runs.", examples=["passed"])
    checks: list[CheckResult]


class Flaky(BaseModel):
    """A case that did not always come out alike on a target."""

    case: str = Field(examples=["A sum"])
    target: int = Field(description="Its place among the suite's targets, from 0.")


class Verdict(BaseModel):
    """What came of a run, apart from whether it ran."""

    passed: int
    failed: int
    errors: int
    total: int
    pass_rate: float | None
    interval: list[float] | None = Field(
        description="Where the true pass rate is, 95 times of 100 (Wilson), by the cells that have an outcome; null "
        "while none has.",
        examples=[[0.4, 0.9]],
    )
    is_pass: bool | None = Field(description="Null as long as that is open.", examples=[True])
    flaky: int | None = Field(
        description="How many cases came out differently on one target; null where nobody looked.", examples=[0]
    )
