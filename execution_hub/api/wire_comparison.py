"""The shapes of what the API answers about two runs of a suite beside each other; see wire.py."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from execution_hub.api.wire import ListedExecution
from execution_hub.api.wire_bench import Difference
from execution_hub.domain.case_turn import Turn


class Figures(BaseModel):
    """What came of some cells, and what they took."""

    passed: int
    errors: int = Field(description="Those that could not be judged.")
    total: int = Field(description="Those that have an outcome.")
    pass_rate: float | None
    cost_usd: float | None
    tokens: int | None
    seconds: float | None = Field(description="How long one took, on average.")


class ComparedRun(BaseModel):
    """One of two runs."""

    execution: ListedExecution
    target: int | None = Field(description="The only target of it that is compared; null for all.", examples=[None])
    figures: Figures


class Chance(BaseModel):
    """How two runs differ on the cases that both have, and how often chance alone does as much."""

    pairs: int = Field(description="How many cases were compared.")
    better: int = Field(description="How many passed more often in the second.")
    worse: int
    test: Literal["mcnemar", "permutation"] | None = Field(description="Null where there are too few cases.")
    p_value: float | None = Field(examples=[0.015625])
    is_more_than_chance: bool | None = Field(description="Null where nobody can say.", examples=[True])


class ComparedTarget(BaseModel):
    """A target of the first run beside its like in the second; in each pair the first run comes first."""

    first: int | None = Field(description="Its place among the run's targets; null where it has none like it.")
    second: int | None
    names: list[str] = Field(examples=[["Writer", "Writer"]])
    models: list[str | None] = Field(examples=[["claude-sonnet-5", "claude-sonnet-5"]])
    versions: list[int | None] = Field(examples=[[3, 4]])
    figures: list[Figures]
    chance: Chance | None
    changed: list[Difference] = Field(description="What they did not both run with.")


class CaseTurn(BaseModel):
    """A case on a target, in both runs."""

    case: str = Field(examples=["A sum"])
    target: int = Field(description="Its place among `targets`.")
    turn: Turn
    first: Figures | None = Field(description="Null where it was not run.")
    second: Figures | None
    executions: list[list[int | None]] = Field(description="Those of both runs, for each repeat.", examples=[[[3, 7]]])
    is_changed: bool = Field(description="Whether the case itself is another.")


class ComparedRuns(BaseModel):
    """Two runs of a suite, and what differs."""

    runs: list[ComparedRun]
    chance: Chance
    counts: dict[str, int] = Field(examples=[{each.value: 0 for each in Turn}])
    targets: list[ComparedTarget]
    cases: list[CaseTurn] = Field(description="Regressions first.")
    changed_cases: dict[str, list[str]] = Field(
        description="What of a case is another, by its name.", examples=[{"A sum": ["checks"]}]
    )
    changed_settings: dict[str, list[Any]] = Field(
        description="What of the suite is another.", examples=[{"repeats": [1, 3]}]
    )
