"""What a page shows of one execution besides its texts, as one small value. Pure."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agent import Agent, AgentDefinition
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution, Phase, Progress, is_simulated
from execution_hub.domain.formats import format_cost, format_duration, format_moment, format_tokens
from execution_hub.domain.status import Status
from execution_hub.domain.stop_reason import MARK, is_cut
from execution_hub.domain.trigger import TRIGGER
from execution_hub.views.field_texts import tools_text
from execution_hub.views.stop_proof import had_stream, stopped_calls


@dataclass(frozen=True, slots=True)
class ExecutionView:
    """The small facts of an execution; sent whole whenever one of them changes.

    Attributes:
        id: Its number; 0 before one is loaded.
        name: Name of what ran.
        execution_type, status, phase: As on the wire.
        agent_id, workflow_id, task_id: What it belongs to; 0 for none.
        model: Name of the model.
        is_simulated: Whether the offline model answers.
        is_active: Whether it has yet to end.
        created_at, started_at, finished_at: ISO 8601 with Z; empty before.
        clock_from: What a ticking clock counts from; its waiting for a person is not counted.
        duration_text: How long it took, or had run when it began to wait, for a person; empty while it runs,
            and if it never started.
        step, done, total: Which of its steps it is at or ended at, how many are done, all of them; total 0 if it
            has none.
        output_tokens: Output tokens; while it runs, what is known so far.
        tokens_text: Tokens in and out, for a person; empty before there are any.
        cost_text: What it cost, for a person; empty where no price is known.
        limit: Which limit had an agent that acts end; empty for none.
        cached_text: How many of the tokens in were read from the provider's cache, for a person; empty for none.
        saved_text: What that saved, for a person; empty where no price is known, or it saved nothing yet.
        is_own_price: Whether the cost is by the hub's own prices (HUB_PRICES_FILE).
        is_partial: Whether tokens and cost are "at least".
        is_unknown: Whether it has ended and nobody told its tokens; its cost is not known then either.
        attempt: Which attempt this is; going on after a person's answer is none of its own.
        max_tokens_text: The most output tokens, for a person; empty where each agent has its own.
        time_limit_text: How long it may run, for a person; empty for no limit.
        stop_reason, request_id, error_code: As the provider and the hub told; empty if not.
        is_cut: Whether it succeeded with an answer that a limit cut.
        stop_requested_at: When somebody asked it to stop, ISO 8601 with Z; empty if nobody did.
        is_stopping: Whether it was asked to stop and has yet to.
        stop_closed_text: How long after that all was closed and cancelled; empty if nothing ran.
        stop_had_stream: Whether a provider's stream was among it.
        stop_told: The calls of tools that were cancelled at their servers then; empty for none.
        stop_untold: Those whose servers did not hear of it in time; empty for none.
        stop_characters: How many characters came after the request.
        rerun_of_id: The execution this one repeats; 0 for none.
        retries: How often its agent tries a passing fault again.
        on_cut: What becomes of its agent's cut answers: `mark` or `fail`.
        suite_id: The suite it is a run of; 0 for none.
        failed_of: The run of whose cells this one runs those again that did not pass; 0 for none.
        parent_id: The execution that started it as a part of itself; 0 for none.
        tools_text: The tools its agent was given, a line each; empty for none.
        agent_version: The saved version of the agent that ran; 0 for unsaved values, and for what runs no agent of
            its own.
        trigger: What started it where no person did: `save`, `schedule`, `webhook`; empty for a person.
        trigger_name, trigger_version, trigger_agent_id, trigger_workflow_id: What was saved; empty and 0 for none.
        trigger_event: What the caller of a webhook says has happened; empty for nothing.
    """

    id: int = 0
    name: str = ""
    execution_type: str = ""
    status: str = ""
    phase: str = ""
    agent_id: int = 0
    workflow_id: int = 0
    task_id: int = 0
    model: str = ""
    is_simulated: bool = False
    is_active: bool = False
    created_at: str = ""
    started_at: str = ""
    finished_at: str = ""
    clock_from: str = ""
    duration_text: str = ""
    step: int = 0
    done: int = 0
    total: int = 0
    output_tokens: int = 0
    tokens_text: str = ""
    cost_text: str = ""
    cached_text: str = ""
    saved_text: str = ""
    is_own_price: bool = False
    is_partial: bool = False
    is_unknown: bool = False
    attempt: int = 0
    max_tokens_text: str = ""
    time_limit_text: str = ""
    stop_reason: str = ""
    is_cut: bool = False
    request_id: str = ""
    error_code: str = ""
    stop_requested_at: str = ""
    is_stopping: bool = False
    stop_closed_text: str = ""
    stop_had_stream: bool = False
    stop_told: str = ""
    stop_untold: str = ""
    stop_characters: int = 0
    limit: str = ""
    rerun_of_id: int = 0
    retries: int = 0
    on_cut: str = MARK
    agent_version: int = 0
    suite_id: int = 0
    failed_of: int = 0
    parent_id: int = 0
    tools_text: str = ""
    trigger: str = ""
    trigger_name: str = ""
    trigger_version: int = 0
    trigger_agent_id: int = 0
    trigger_workflow_id: int = 0
    trigger_event: str = ""

    @classmethod
    def of(cls, execution: Execution) -> "ExecutionView":
        """Take the facts from an execution.

        Args:
            execution: Whole, not an excerpt.
        """
        usage, limit, progress = execution.usage_so_far, execution.timeout_seconds, execution.progress
        duration = None if execution.status is Status.RUNNING else execution.duration_ms()
        stop, saved = execution.meta.get("stop") or {}, usage.saved_usd or 0
        trigger = execution.meta.get(TRIGGER) or {}
        return cls(
            id=execution.id,
            name=execution.name,
            execution_type=execution.execution_type,
            status=execution.status.value,
            phase=_phase(execution),
            agent_id=execution.agent_id or 0,
            workflow_id=execution.workflow_id or 0,
            task_id=execution.task_id or 0,
            model=execution.model or "",
            is_simulated=execution.is_simulated or _tests_simulated(execution.definition),
            is_active=not execution.is_finished,
            created_at=to_wire(execution.created_at) or "",
            started_at=to_wire(execution.started_at) or "",
            finished_at=to_wire(execution.finished_at) or "",
            clock_from=to_wire(execution.clock_from) or "",
            step=step_of(progress, execution.status),
            done=progress.done if progress.total else 0,
            total=progress.total or 0,
            duration_text="" if duration is None else format_duration(duration),
            output_tokens=usage.output_tokens or 0,
            tokens_text=format_tokens(usage.prompt_tokens, usage.output_tokens),
            cost_text="" if usage.cost_usd is None else format_cost(usage.cost_usd),
            cached_text=f"{usage.cache_read_tokens:,}" if usage.cache_read_tokens else "",
            saved_text=format_cost(saved) if saved > 0 else "",
            is_own_price=usage.is_own_price,
            # While it runs, every figure is "so far" anyway.
            is_partial=usage.is_partial and execution.is_finished,
            is_unknown=usage.is_unknown and execution.is_finished,
            attempt=execution.attempt,
            max_tokens_text=_limit_text(execution.definition),
            time_limit_text="" if limit is None else format_duration(round(limit * 1000)),
            stop_reason=execution.stop_reason or "",
            # An older version marked nothing, but kept the reason.
            is_cut=execution.status is Status.SUCCEEDED and (execution.is_cut or is_cut(execution.stop_reason)),
            request_id=str(execution.meta.get("request_id") or ""),
            error_code=execution.error_code or "",
            stop_requested_at=to_wire(execution.cancel_requested_at) or "",
            is_stopping=execution.cancel_requested_at is not None and not execution.is_finished,
            stop_closed_text=_closed_after(stop),
            stop_had_stream=had_stream(stop),
            stop_told=stopped_calls(stop, is_told=True),
            stop_untold=stopped_calls(stop, is_told=False),
            stop_characters=int(stop.get("characters_after") or 0),
            limit=str(execution.meta.get("limit") or ""),
            rerun_of_id=execution.rerun_of_id or 0,
            retries=int(execution.definition.get("retries") or 0),
            on_cut=str(execution.definition.get("on_cut") or MARK),
            agent_version=execution.agent_version or 0,
            suite_id=execution.suite_id or 0,
            failed_of=int(execution.meta.get("failed_of") or 0),
            parent_id=execution.parent_id or 0,
            tools_text=tools_text(execution.definition.get("tools") or ()),
            trigger=trigger.get("type", ""),
            trigger_name=trigger.get("name", ""),
            trigger_version=trigger.get("version", 0),
            trigger_agent_id=trigger.get("agent_id", 0),
            trigger_workflow_id=trigger.get("workflow_id", 0),
            trigger_event=trigger.get("event", ""),
        )


def _tests_simulated(definition: dict[str, Any]) -> bool:
    """Tell whether it is a suite's run, all of whose targets are agents on the offline model."""
    models = [(each.get("definition") or {}).get("model") for each in definition.get("targets") or ()]
    return bool(models) and all(is_simulated(model) for model in models)


def step_of(progress: Progress, status: Status) -> int:
    """Return which of its steps an execution is at, or failed or was stopped at; else how many are done.

    >>> step_of(Progress(2, 5), Status.RUNNING), step_of(Progress(5, 5), Status.RUNNING)
    (3, 5)
    >>> step_of(Progress(2, 4), Status.FAILED), step_of(Progress(2, 5), Status.WAITING)
    (3, 2)
    """
    is_within = status in (Status.RUNNING, Status.FAILED, Status.CANCELLED)
    return min(progress.done + is_within, progress.total or 0)


def agent_since(execution: Execution, agent: Agent | None) -> str:
    """Tell what has become of the agent since an execution started.

    Args:
        execution: Whole, with what it ran with.
        agent: Its agent now; None if there is none any more.

    Returns:
        `same`, `changed`, or `deleted`.
    """
    if agent is None:
        return "deleted"
    return "changed" if AgentDefinition.from_json(execution.definition).differs_from(agent) else "same"


def _limit_text(definition: dict[str, Any]) -> str:
    limit = int(definition.get("max_tokens") or 0)
    return f"{limit:,}" if limit else ""


def _closed_after(stop: dict[str, Any]) -> str:
    return format_moment(int(stop["closed_after_ms"])) if "closed_after_ms" in stop else ""


def _phase(execution: Execution) -> str:
    # A slot was given and nothing heard yet: it waits for the model, whatever was last stored.
    if execution.status is Status.RUNNING and execution.progress.phase is Phase.QUEUED:
        return Phase.WAITING.value
    return execution.progress.word
