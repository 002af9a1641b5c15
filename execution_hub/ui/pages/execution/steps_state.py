"""The part of an execution's State that is about its steps: graph, timeline, the step that is looked at."""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.plan import Plan
from execution_hub.domain.step import Step, StepStatus
from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.follow import Followed, assign, follow_once, language_of
from execution_hub.ui.payload import Text
from execution_hub.views.execution import ExecutionView
from execution_hub.views.graph import GraphEdge, GraphNode, WaterfallBar
from execution_hub.views.output_buffer import OutputBuffer, finish
from execution_hub.views.ran_with import load_plan
from execution_hub.views.steps import (
    Question,
    StepFacts,
    graph_edges,
    graph_nodes,
    step_to_follow,
    waiting_names,
    waterfall_bars,
)
from execution_hub.views.transcript import Transcript
from execution_hub.words.say import say, say_error

APPROVE = "approve"
REJECT = "reject"
COMMENT_FIELD = "approval-comment"


class FollowedSteps(rx.State, mixin=True):
    """What the page shows of the steps of the execution it follows.

    The output of the step that is looked at is spread over four vars, as that of the execution: see OutputBuffer.
    """

    if TYPE_CHECKING:
        # Of the other half, ExecutionState.
        facts: ExecutionView

    nodes: list[GraphNode] = []  # noqa: RUF012 - Reflex copies defaults
    edges: list[GraphEdge] = []  # noqa: RUF012
    bars: list[WaterfallBar] = []  # noqa: RUF012
    words_language: str = ""

    selected: str = ""
    is_chosen: bool = False
    step: StepFacts = StepFacts()
    step_input: str = ""
    step_error: str = ""
    step_settled: list[str] = []  # noqa: RUF012
    step_blocks: list[str] = []  # noqa: RUF012
    step_open_parts: list[str] = []  # noqa: RUF012
    step_tail: str = ""
    is_step_raw: bool = False

    question: Question = Question()
    question_problem: str = ""
    answer_notice: str = ""
    answering: str = ""
    comment: str = ""
    # Answered from this page: what comes from before the answer must not ask again.
    _answered: list[str] = []  # noqa: RUF012

    @rx.event
    async def choose_step(self, name: str) -> AsyncIterator[None]:
        """Look at a step, and stay there."""
        if name not in {node.key for node in self.nodes}:
            return
        self.selected, self.is_chosen = name, True
        yield
        await _look_at(self, name)

    @rx.event
    async def follow_steps(self) -> AsyncIterator[None]:
        """Look at the step that runs again, and go on to the next with it."""
        self.is_chosen = False
        running = next((node.key for node in self.nodes if node.status == StepStatus.RUNNING.value), self.selected)
        if running != self.selected:
            self.selected = running
            yield
            await _look_at(self, running)

    @rx.event
    def show_step_raw(self, is_raw: bool) -> None:
        """Show the step's output as the text it is, or rendered."""
        self.is_step_raw = is_raw

    @rx.event
    async def speak_anew(self) -> None:
        """Write the words of the graph in the language of the page, once that is another one."""
        language = await language_of(self)
        if not self.nodes or language == self.words_language:
            return
        followed = await follow_once(self.facts.id)
        if followed is not None:
            plan = await load_plan(followed.execution.definition)
            show_graph(self, followed, plan, language)

    @rx.event
    def note_comment(self, text: Text) -> None:
        """Keep what is typed; a problem told before is over."""
        self.comment = text
        assign(self, question_problem="")

    @rx.event
    async def answer_question(self, answer: str, name: str) -> AsyncIterator[Any]:
        """Approve or reject what the person is asked; only the first of two quick clicks counts.

        Args:
            answer: `approve` or `reject`.
            name: The approval that was on the page when the person clicked: it may be answered by now.
        """
        comment, language = self.comment.strip(), await language_of(self)
        if not name or self.answering or name in self._answered or answer not in (APPROVE, REJECT):
            return
        if answer == REJECT and not comment:
            self.question_problem = say(language, "approval.reason_needed")
            yield rx.set_focus(COMMENT_FIELD)
            return
        self.answering, self.question_problem, self.answer_notice = answer, "", ""
        yield
        try:
            await current_hub().executions.answer_step(
                self.facts.id, name, is_approved=answer == APPROVE, comment=comment
            )
        except (Conflict, NotFound):
            self.answer_notice = say(language, "approval.too_late", name=name)
            _forget_question(self, name)
        except InvalidInput as error:
            self.question_problem = error.message
        except HubError as error:
            self.question_problem = say_error(language, error)
        else:
            _forget_question(self, name)
        self.answering = ""


class StepReader:
    """Reads steps whole, each once for every state it is in, and knows what the page shows already."""

    def __init__(self, execution_id: int) -> None:
        """Read the steps of one execution."""
        self._execution_id = execution_id
        self._whole: dict[str, tuple[tuple[object, ...], Step]] = {}
        self.plan: Plan | None = None
        self.graph: tuple[object, ...] = ()
        self.step: tuple[object, ...] = ()

    def find(self, step: Step) -> Step | None:
        """Return a step whole, if it was read since it came to be as it is."""
        key, whole = self._whole.get(step.name, ((), step))
        return whole if key == _key(step) else None

    async def read(self, steps: Sequence[Step]) -> None:
        """Read steps whole."""
        for step in steps:
            whole = await current_hub().history.step(self._execution_id, step.name)
            self._whole[step.name] = (_key(step), whole)


async def show_steps(state: Any, followed: Followed, reader: StepReader, language: str) -> list[Step]:
    """Put the steps of an execution on the page; only what changed is sent.

    Args:
        state: A State with FollowedSteps, within `async with`.
        followed: The execution.
        reader: What was read of it.
        language: Of the words in the graph.

    Returns:
        The steps that are shown as excerpts, and are to be read whole.
    """
    if not followed.steps:
        return []
    if not reader.graph:
        reader.plan = await load_plan(followed.execution.definition)
    graph = (followed.steps, _writing(followed), language)
    if reader.graph != graph or not state.nodes:
        reader.graph = graph
        show_graph(state, followed, reader.plan, language)
    by_name = {step.name: step for step in followed.steps}
    if not (state.is_chosen and state.selected in by_name):
        is_finished = followed.execution.is_finished
        assign(state, selected=step_to_follow(followed.steps, state.selected, is_finished=is_finished))
    asked = _show_question(state, followed.steps, reader)
    looked_at = by_name.get(state.selected)
    if looked_at is not None:
        whole = reader.find(looked_at)
        shown = (_key(looked_at), whole is None)
        if looked_at.status == StepStatus.RUNNING or reader.step != shown or state.step.name != looked_at.name:
            reader.step = shown
            await show_step(state, whole or looked_at, followed.transcript, reader.plan, is_whole=whole is not None)
    return [step for step in (asked, looked_at) if step is not None and reader.find(step) is None]


def show_graph(state: Any, followed: Followed, plan: Plan | None, language: str) -> None:
    """Put graph and timeline on the page."""
    steps = followed.steps
    assign(
        state,
        nodes=graph_nodes(steps, plan, _writing(followed), language),
        edges=graph_edges(steps, plan, language),
        bars=waterfall_bars(steps),
        words_language=language,
    )


async def show_step(state: Any, step: Step, transcript: Transcript, plan: Plan | None, *, is_whole: bool) -> None:
    """Put the step that is looked at on the page.

    Args:
        state: A State with FollowedSteps, within `async with`.
        step: The step.
        transcript: What the execution's log gave.
        plan: What the execution ran with.
        is_whole: Whether it is more than an excerpt; the log has the output too, as far as it was written.
    """
    buffer = transcript.buffer(step.name)
    if step.is_finished:
        spoken, buffer = buffer.output, OutputBuffer()
        await finish(buffer, step.output if is_whole and step.output is not None else spoken)
    assign(
        state,
        step=StepFacts.of(step, plan),
        step_input=step.input or "",
        step_error=step.error or "",
        step_settled=list(buffer.settled),
        step_blocks=list(buffer.blocks),
        step_open_parts=buffer.open_parts,
        step_tail=buffer.tail,
    )


async def _look_at(state: Any, name: str) -> None:
    """Show a step that a person chose, whole."""
    execution_id = state.facts.id
    try:
        step = await current_hub().history.step(execution_id, name)
        execution, transcript = await current_hub().history.get(execution_id), Transcript()
        if not step.is_finished or step.output is None:
            followed = await follow_once(execution_id)
            transcript = followed.transcript if followed else transcript
    except HubError as error:
        state.failure = say_error(await language_of(state), error)
        return
    plan = await load_plan(execution.definition)
    await show_step(state, step, transcript, plan, is_whole=True)


def _show_question(state: Any, steps: Sequence[Step], reader: StepReader) -> Step | None:
    names = [name for name in waiting_names(steps) if name not in state._answered]
    if not names:
        assign(state, question=Question())
        return None
    # The one that is looked at first; else one after the other.
    name = next(name for name in (state.selected, state.question.name, names[0]) if name in names)
    step = next(step for step in steps if step.name == name)
    whole = reader.find(step)
    if name != state.question.name:
        assign(state, comment="", question_problem="")
    assign(state, question=Question(name, (whole or step).input or "", len(names)))
    return step


def _forget_question(state: Any, name: str) -> None:
    state._answered = [*state._answered, name]
    if state.question.name == name:
        assign(state, question=Question())
    assign(state, comment="")


def _writing(followed: Followed) -> frozenset[str]:
    running = (step.name for step in followed.steps if step.status == StepStatus.RUNNING)
    return frozenset(name for name in running if not followed.transcript.buffer(name).is_silent)


def _key(step: Step) -> tuple[object, ...]:
    return (step.name, step.status, step.attempt)
