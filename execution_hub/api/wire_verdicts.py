"""The shapes of what the API answers about the runs of suites; see wire.py."""

from pydantic import BaseModel, Field

from execution_hub.api.wire_calls import Time
from execution_hub.api.wire_suites import PlainSuite, Result, Verdict
from execution_hub.domain.status import Status


class ResultList(BaseModel):
    """Results of a suite's run, in the order of their cells."""

    items: list[Result]
    next_cursor: str | None = Field(examples=[None])


class TargetVerdict(BaseModel):
    """What came of one target in a run of a suite."""

    execution_id: int = Field(description="The run.")
    target: int = Field(description="Its place among the run's targets, from 0.")
    suite_id: int
    suite_name: str = Field(description="What the suite was called then.", examples=["Sums"])
    agent_id: int | None
    workflow_id: int | None = Field(examples=[None])
    version: int | None = Field(description="Which saved version was tested; null where that is not known.")
    model: str | None = Field(examples=["simulated"])
    ended_at: Time | None
    verdict: Verdict


class VerdictList(BaseModel):
    """What suites have said of an agent, newest first."""

    items: list[TargetVerdict]


class LastRun(BaseModel):
    """The newest run of a suite."""

    id: int
    status: Status = Field(examples=["succeeded"])
    verdict: Verdict | None = Field(description="Null before the end, and of one that was stopped or failed.")


class Run(LastRun):
    """A run of a suite, and what came of it."""

    targets: list[TargetVerdict] = Field(description="What came of each target; empty before the end.")
    cost_usd: float | None = Field(description="What its cases cost; null if that is not known.", examples=[0.04])
    judges_cost_usd: float | None = Field(description="What its judges cost.", examples=[0.01])
    seconds: float | None = Field(examples=[12.5])
    created_at: Time
    finished_at: Time | None


class RunList(BaseModel):
    """The runs of a suite, newest first."""

    items: list[Run]
    next_cursor: str | None = Field(examples=[None])


class Estimate(BaseModel):
    """What a run of a suite is likely to cost."""

    cells: int = Field(description="How many executions it makes, without judges.")
    cost_usd: float | None = Field(
        description="What they and their judges are likely to cost; null where no run on the same targets tells it.",
        examples=[0.12],
    )
    run_id: int | None = Field(description="The run that tells it.", examples=[12])


class Agreement(BaseModel):
    """How far the judges of a suite agree with people, over cells that a person has marked."""

    both_right: int = Field(description="The judge let them pass, and the person finds them right.")
    both_wrong: int
    only_judge: int = Field(description="Only the judge let them pass.")
    only_person: int = Field(description="Only the person finds them right.")
    total: int
    rate: float | None = Field(description="The share both see alike, 0 to 1.", examples=[0.9])
    interval: list[float] | None = Field(
        description="Where the true share is, 95 times of 100 (Wilson).", examples=[[0.6, 0.98]]
    )
    kappa: float | None = Field(
        description="How much more they agree than by chance (Cohen); null where it tells nothing.", examples=[0.78]
    )
    disagreed: list[int] = Field(
        description="The executions about which they do not agree, newest first, the first 100.", examples=[[12]]
    )


class ListedSuite(PlainSuite):
    """A suite as in a list: with its newest run, without its cases."""

    last_run: LastRun | None = Field(description="Null before its first run.")


class SuiteList(BaseModel):
    """Suites by name."""

    items: list[ListedSuite]
    next_cursor: str | None = Field(examples=[None])
