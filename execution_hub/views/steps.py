"""What a page shows of the steps of an execution: graph, timeline, and the step that is looked at. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from execution_hub.domain.clock import to_wire
from execution_hub.domain.formats import at_least, format_cost, format_count, format_duration, format_tokens
from execution_hub.domain.plan import Plan
from execution_hub.domain.step import ROUNDS_MAX, Round, Step, StepStatus
from execution_hub.domain.stop_reason import is_cut
from execution_hub.domain.workflow import APPROVAL
from execution_hub.views.call_arguments import seen
from execution_hub.views.conditions import edge_label
from execution_hub.views.graph import GraphEdge, GraphNode, WaterfallBar
from execution_hub.words.by_value import PHASES
from execution_hub.words.say import say, say_n

# What a page shows of the output of a round that is over; the API has all of it.
PAST_MAX = 50_000


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The small facts of one step; its texts are sent apart.

    Attributes:
        name, type, status: As on the wire; a name is empty while no step is looked at.
        agent_id: Who answers it; 0 for nobody.
        agent_name, model: That agent as it was when the execution was submitted.
        started_at, finished_at: ISO 8601 with Z; empty before.
        duration_text: How long it took, for a person; empty while it goes on.
        tokens_text: Tokens in and out, for a person; empty before there are any.
        cost_text: What it cost, for a person; empty where no price is known.
        is_partial: Whether tokens and cost are "at least".
        is_unknown: Whether it has ended and nobody told its tokens.
        is_cut, stop_reason: Whether it succeeded with an answer that a limit cut, and why it stopped.
        max_tokens_text: The most output tokens of its agent, for a person; empty where nobody knows.
        is_writing: Whether more of its output may come.
        error_code: Why it failed or was skipped.
        attempt: How often it was started in this round.
        round: Its round: 1, and one more each time it was sent back or followed what was.
        input_size_text: How many characters it was given, for a person.
    """

    name: str = ""
    type: str = ""
    status: str = ""
    agent_id: int = 0
    agent_name: str = ""
    model: str = ""
    started_at: str = ""
    finished_at: str = ""
    duration_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    is_partial: bool = False
    is_unknown: bool = False
    is_cut: bool = False
    stop_reason: str = ""
    max_tokens_text: str = ""
    is_writing: bool = False
    error_code: str = ""
    attempt: int = 0
    round: int = 1
    input_size_text: str = ""

    @classmethod
    def of(cls, step: Step, plan: Plan | None) -> "StepFacts":
        """Take the facts from a step, whole or an excerpt.

        Args:
            step: The step.
            plan: What its execution ran with; None where nobody knows.
        """
        agent = plan.agents.get(step.agent_id) if plan and step.agent_id else None
        return cls(
            name=step.name,
            type=step.type,
            status=step.status.value,
            agent_id=step.agent_id or 0,
            agent_name=agent.name if agent else "",
            model=agent.model if agent else "",
            started_at=to_wire(_began_at(step)) or "",
            finished_at=to_wire(step.finished_at) or "",
            duration_text=_duration_text(step),
            tokens_text=format_tokens(step.usage.prompt_tokens, step.usage.output_tokens),
            cost_text="" if step.usage.cost_usd is None else format_cost(step.usage.cost_usd),
            # While it runs, every figure is "so far" anyway.
            is_partial=step.usage.is_partial and step.is_finished,
            is_unknown=step.usage.is_unknown and step.is_finished,
            is_cut=_is_cut(step),
            stop_reason=step.stop_reason or "",
            max_tokens_text=f"{agent.max_tokens:,}" if agent else "",
            is_writing=step.status is StepStatus.RUNNING,
            error_code=step.error_code or "",
            attempt=step.attempt,
            round=step.round,
            input_size_text=f"{len(step.input or ''):,}",
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    Attributes:
        name: The approval that waits; empty if none does.
        round: Its round.
        texts: What it asks about, whole, as the one piece of an output.
        remark: With what it was sent back last; empty in its first round.
        count: How many wait.
        may_send_back: Whether an agent can answer again.
        is_spent: Whether it could, had it not done so often enough.
    """

    name: str = ""
    round: int = 1
    texts: list[str] = field(default_factory=list)
    remark: str = ""
    count: int = 0
    may_send_back: bool = False
    is_spent: bool = False

    @classmethod
    def of(
        cls, step: Step, steps: Sequence[Step], plan: Plan | None, rounds: Sequence[Round] = (), *, count: int = 1
    ) -> "Question":
        """Take the question from an approval that waits.

        Args:
            step: The approval, whole or an excerpt.
            steps: All steps.
            plan: What the execution ran with; None where nobody knows.
            rounds: Those of the approval that are over.
            count: How many approvals wait.
        """
        found = {each.name: each for each in steps}
        before = plan.before(step.name) if plan else {}
        asked = [name for name in before if found[name].status is StepStatus.SUCCEEDED]
        again = {*asked}.union(*(before[name] for name in asked))
        is_spent = any(found[name].round >= ROUNDS_MAX for name in again)
        return cls(
            step.name,
            step.round,
            [step.input] if step.input and step.input.strip() else [],
            rounds[-1].remark if rounds else "",
            count,
            may_send_back=bool(asked) and not is_spent,
            is_spent=is_spent,
        )


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round of a step that is over.

    Attributes:
        round: Its number.
        remark: With what it was sent back; empty for a step that followed what was.
        texts: What it had made, as the one piece of an output; none if it had not ended.
        is_cut: Whether that is only its beginning.
    """

    round: int = 0
    remark: str = ""
    texts: list[str] = field(default_factory=list)
    is_cut: bool = False

    @classmethod
    def of(cls, round_: Round) -> "PastRound":
        """Take what is shown from a round."""
        text = round_.output or ""
        return cls(round_.round, round_.remark, [text[:PAST_MAX]] if text else [], len(text) > PAST_MAX)


def graph_nodes(
    steps: Sequence[Step],
    plan: Plan | None,
    writing: Collection[str],
    language: str,
    *,
    delays: Mapping[str, str] | None = None,
    asking: Mapping[str, Sequence[str]] | None = None,
) -> list[GraphNode]:
    """Return the steps as nodes, in their order.

    Args:
        steps: The steps as they are now.
        plan: What the execution ran with; None where nobody knows.
        writing: The names of those whose model has begun to answer.
        language: Of the words on them.
        delays: Why the model of some has yet to begin, by name: see Transcript.
        asking: The tools that need a person, by the name of the step whose agent called them.
    """
    asks = {name: asks_words(language, tools) for name, tools in (asking or {}).items()}
    return [
        GraphNode(
            key=step.name,
            name=step.name,
            type=step.type,
            status=step.status.value,
            label=_label(step, plan, language),
            started_at=to_wire(step.started_at) or "",
            phase=asks.get(step.name) or say(language, PHASES[_phase(step.name, writing, delays or {})]),
            asks=asks.get(step.name, ""),
            order=step.position,
            is_cut=_is_cut(step),
        )
        for step in steps
    ]


def asks_words(language: str, tools: Sequence[str]) -> str:
    """Say which tools a person is asked about.

    >>> asks_words("en", ["send_mail"]), asks_words("en", ["send_mail", "pay", "pay"])
    ('asks for send_mail', 'asks for send_mail and 2 more')
    """
    first, more = seen(tools[0]), len(tools) - 1
    if more:
        return say(language, "asks for {tool} and {n} more", tool=first, n=more)
    return say(language, "asks for {tool}", tool=first)


def _phase(name: str, writing: Collection[str], delays: Mapping[str, str]) -> str:
    if name in writing:
        return "writing"
    return delays.get(name, "waiting")


def graph_edges(steps: Sequence[Step], plan: Plan | None, language: str) -> list[GraphEdge]:
    """Return what each step waits for; none where nobody knows."""
    if plan is None:
        return []
    found = {step.name: step for step in steps}
    conditions = [step.when for step in plan.steps.values()]
    return [
        GraphEdge(
            source,
            name,
            _edge_status(found[source], found[name]),
            edge_label(language, plan.steps[name].when, source, conditions),
        )
        for name, before in plan.dependencies.items()
        for source in sorted(before, key=lambda each: found[each].position)
    ]


def waterfall_bars(steps: Sequence[Step]) -> list[WaterfallBar]:
    """Return when each step waited, ran and ended, in the order of their start; those to come are last."""
    rest = [step for step in steps if _ready_at(step) is None]
    began = [step for step in steps if _ready_at(step) is not None]
    began.sort(key=lambda step: (str(_ready_at(step)), step.position))
    return [
        WaterfallBar(
            key=step.name,
            name=step.name,
            status=step.status.value,
            queued_at=to_wire(step.ready_at) or "",
            started_at=to_wire(_began_at(step)) or "",
            # A step that never began has no place in time, though its end was noted.
            finished_at=(to_wire(step.finished_at) or "") if step in began else "",
            duration_text=_duration_text(step),
            type=step.type,
            is_cut=_is_cut(step),
        )
        for step in (*began, *rest)
    ]


def step_to_follow(steps: Sequence[Step], shown: str, *, is_finished: bool, asking: Collection[str] = ()) -> str:
    """Choose the step to look at while no person has chosen one.

    The one that is shown stays as long as it runs, and while nothing else does; who opens the page of an
    execution that has ended sees its first failure, else none.

    Args:
        steps: The steps as they are now.
        shown: The name of the step that is looked at; empty for none.
        is_finished: Whether the execution has ended.
        asking: The names of those whose agents' calls need a person.

    Returns:
        A name; empty for none.
    """
    running = [step.name for step in steps if step.status is StepStatus.RUNNING]
    if shown in running:
        return shown
    if running:
        return running[0]
    if asking:
        return shown if shown in asking else next(step.name for step in steps if step.name in asking)
    if is_finished:
        failed = (step.name for step in steps if step.status is StepStatus.FAILED)
        return shown or next(failed, "")
    ended = [step for step in steps if step.status is StepStatus.SUCCEEDED and step.finished_at]
    newest = max(ended, key=lambda step: str(step.finished_at), default=None)
    return shown or (newest.name if newest else "")


def _tokens_text(language: str, count: int) -> str:
    return say_n(language, "{n} token", "{n} tokens", count, n=format_count(count))


def _label(step: Step, plan: Plan | None, language: str) -> str:
    if step.status is StepStatus.PENDING:
        if step.type == APPROVAL:
            return say(language, "needs a person")
        agent = plan.agents.get(step.agent_id) if plan and step.agent_id else None
        return agent.name if agent else ""
    usage = step.usage
    words = _tokens_text(language, usage.total_tokens) if usage.total_tokens else ""
    if usage.is_unknown and step.is_finished:
        words = say(language, "tokens unknown")
    cut = say(language, "cut") if _is_cut(step) else ""
    parts = (cut, _duration_text(step), at_least(words, usage.is_partial and step.is_finished))
    return " · ".join(filter(None, parts))


def _duration_text(step: Step) -> str:
    if step.status is StepStatus.RUNNING or not step.finished_at:
        return ""
    began_at = _began_at(step)
    if began_at is None or step.status is StepStatus.SKIPPED:
        return ""
    return format_duration(max(0, round((step.finished_at - began_at).total_seconds() * 1000)))


def _ready_at(step: Step) -> datetime | None:
    return step.ready_at or step.started_at


def _began_at(step: Step) -> datetime | None:
    # An approval has no start of its own: a person's time counts from the question.
    return step.ready_at if step.type == APPROVAL else step.started_at


def _edge_status(source: Step, target: Step) -> str:
    if StepStatus.SKIPPED in (source.status, target.status):
        return "skipped"
    if source.status is not StepStatus.SUCCEEDED:
        return ""
    return "active" if target.status is StepStatus.RUNNING else "done"


def _is_cut(step: Step) -> bool:
    # One that failed for it says so in its error.
    return step.status is StepStatus.SUCCEEDED and (step.is_cut or is_cut(step.stop_reason))
