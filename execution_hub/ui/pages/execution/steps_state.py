"""The part of an execution's State that is about its steps: graph, timeline, the step that is looked at."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import reflex as rx

from execution_hub.domain.plan import Plan
from execution_hub.domain.step import Round, Step, StepStatus
from execution_hub.domain.workflow import APPROVAL
from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.follower import Followed, Follower, follow_once, following
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.payload import Text
from execution_hub.ui.step_outputs import StepOutputs
from execution_hub.views.graph import GraphEdge, GraphNode, WaterfallBar
from execution_hub.views.ran_with import load_plan
from execution_hub.views.steps import (
    PastRound,
    Question,
    StepFacts,
    graph_edges,
    graph_nodes,
    step_to_follow,
    waterfall_bars,
)
from execution_hub.words.marking import N_
from execution_hub.words.say import say, say_error

APPROVE = "approve"
REJECT = "reject"
SEND_BACK = "send_back"
SPENT = N_("It has been sent back as often as it can be. Approve or reject it.")
ANSWERS = (APPROVE, REJECT, SEND_BACK)
COMMENT_FIELD = "approval-comment"


class FollowedSteps(rx.State, mixin=True):
    """What the page shows of the steps of the execution it follows; their outputs are in StepOutputState."""

    nodes: list[GraphNode] = []  # noqa: RUF012 - Reflex copies defaults
    edges: list[GraphEdge] = []  # noqa: RUF012
    bars: list[WaterfallBar] = []  # noqa: RUF012
    words_language: str = ""

    selected: str = ""
    is_chosen: bool = False
    step: StepFacts = StepFacts()
    step_input: str = ""
    step_error: str = ""
    is_step_raw: bool = False
    # What the step had made before it was sent back, oldest first.
    rounds: list[PastRound] = []  # noqa: RUF012

    question: Question = Question()
    is_question_raw: bool = False
    question_problem: str = ""
    answer_notice: str = ""
    answering: str = ""
    comment: str = ""
    # The execution of this page; 0 for none.
    _execution_id: int = 0
    # Answered from this page: what comes from before the answer must not ask again.
    _answered: list[str] = []  # noqa: RUF012

    @rx.event
    async def choose_step(self, name: str) -> AsyncIterator[None]:
        """Look at a step, and stay there."""
        # A line of the timeline may be a call of the step that is looked at already.
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
    def show_question_raw(self, is_raw: bool) -> None:
        """Show what the person is asked about as the text it is, or rendered."""
        self.is_question_raw = is_raw

    @rx.event
    async def speak_anew(self) -> None:
        """Write the words of the graph in the language of the page, once that is another one."""
        language = await language_of(self)
        if not self.nodes or language == self.words_language:
            return
        followed = await follow_once(self._execution_id)
        if followed is not None:
            plan = await load_plan(followed.execution.definition, current_hub().pool)
            show_graph(self, followed, plan, language)

    @rx.event
    def note_comment(self, text: Text) -> None:
        """Keep what is typed; a problem told before is over."""
        self.comment = text
        assign(self, question_problem="")

    @rx.event
    async def answer_question(self, answer: str, name: str, round_: int) -> AsyncIterator[Any]:
        """Approve, reject or send back what the person is asked about; only the first of two quick clicks counts.

        Args:
            answer: `approve`, `reject` or `send_back`.
            name: The approval that was on the page when the person clicked: it may be answered by now.
            round_: Its round on the page: what it asks about may be another answer by now.
        """
        comment, language = self.comment.strip(), await language_of(self)
        if not name or self.answering or _key(name, round_) in self._answered or answer not in ANSWERS:
            return
        if answer != APPROVE and not comment:
            self.question_problem = (
                say(language, "Say why you reject it.") if answer == REJECT else say(language, "Say what is to change.")
            )
            yield rx.set_focus(COMMENT_FIELD)
            return
        self.answering, self.question_problem, self.answer_notice = answer, "", ""
        yield
        try:
            await _answer(self._execution_id, answer, name, round_, comment)
        except (Conflict, NotFound) as error:
            if error.details.get("limit"):
                # Somebody else has sent back what belongs to it meanwhile; the question stands.
                self.question_problem = say(language, SPENT)
            else:
                self.answer_notice = say(language, "Somebody else has answered {name} already.", name=name)
                _forget_question(self, name, round_)
        except InvalidInput as error:
            self.question_problem = error.message
        except HubError as error:
            self.question_problem = say_error(language, error)
        else:
            _forget_question(self, name, round_)
        self.answering = ""


class ShownSteps:
    """What the page of an execution is shown of its steps already.

    Attributes:
        plan: What the execution ran with.
        graph: What its graph was drawn from.
    """

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self.plan: Plan | None = None
        self.graph: tuple[object, ...] = ()


async def show_steps(
    state: Any, followed: Followed, follower: Follower, shown: ShownSteps, language: str
) -> list[Step]:
    """Put the steps of an execution on the page; only what changed is sent.

    Args:
        state: A State with FollowedSteps, within `async with`.
        followed: The execution.
        follower: Who follows it, and has read steps whole.
        shown: What the page is shown already.
        language: Of the words in the graph.

    Returns:
        The steps that are shown as excerpts or without their rounds, and are to be read whole.
    """
    if not followed.steps:
        return []
    if not shown.graph:
        shown.plan = await load_plan(followed.execution.definition, current_hub().pool)
    graph = (followed.steps, followed.writing, followed.delays, followed.asking, language)
    if shown.graph != graph or not state.nodes:
        shown.graph = graph
        show_graph(state, followed, shown.plan, language)
    by_name = {step.name: step for step in followed.steps}
    if not (state.is_chosen and state.selected in by_name):
        is_finished = followed.execution.is_finished
        assign(
            state,
            selected=step_to_follow(followed.steps, state.selected, is_finished=is_finished, asking=followed.asking),
        )
    read = follower.steps
    asked, looked_at = _show_question(state, followed.steps, read, shown.plan), by_name.get(state.selected)
    if looked_at is not None:
        show_step(state, read.find_whole(looked_at) or looked_at, shown.plan, read.find_rounds(looked_at))
    steps = [step for step in (asked, looked_at) if step is not None]
    return [step for step in steps if read.find_whole(step) is None or read.find_rounds(step) is None]


def show_graph(state: Any, followed: Followed, plan: Plan | None, language: str) -> None:
    """Put graph and timeline on the page."""
    steps = followed.steps
    assign(
        state,
        nodes=graph_nodes(steps, plan, followed.writing, language, delays=followed.delays, asking=followed.asking),
        edges=graph_edges(steps, plan, language),
        bars=waterfall_bars(steps),
        words_language=language,
    )


def show_step(state: Any, step: Step, plan: Plan | None, rounds: Sequence[Round] | None) -> None:
    """Put the step that is looked at on the page, whole or an excerpt.

    Args:
        state: A State with FollowedSteps, within `async with`.
        step: The step.
        plan: What the execution ran with.
        rounds: Its rounds that are over; None where they have yet to be read.
    """
    assign(
        state,
        step=StepFacts.of(step, plan),
        step_input=step.input or "",
        step_error=step.error or "",
        rounds=[PastRound.of(each) for each in rounds or ()],
    )


async def _look_at(state: Any, name: str) -> None:
    """Show a step that a person chose, whole."""
    execution_id, token = state._execution_id, state.router.session.client_token
    try:
        hub = current_hub()
        step = await hub.history.step(execution_id, name)
        plan = await load_plan((await hub.history.get(execution_id)).definition, hub.pool)
        async with following(execution_id) as follower:
            await follower.show_output(step, token)
            rounds = await follower.steps.read_rounds(step)
    except HubError as error:
        state.failure = say_error(await language_of(state), error)
        return
    show_step(state, step, plan, rounds)


def _show_question(state: Any, steps: Sequence[Step], read: StepOutputs, plan: Plan | None) -> Step | None:
    # An agent's step that waits asks about its calls, on their cards.
    waiting = {
        step.name: step
        for step in steps
        if step.type == APPROVAL and step.status is StepStatus.WAITING and not _is_answered(state, step)
    }
    if not waiting:
        assign(state, question=Question())
        return None
    # The one that is looked at first; else one after the other.
    name = next(name for name in (state.selected, state.question.name, *waiting) if name in waiting)
    step = waiting[name]
    if (name, step.round) != (state.question.name, state.question.round):
        assign(state, comment="", question_problem="")
    rounds = read.find_rounds(step) or ()
    assign(state, question=Question.of(read.find_whole(step) or step, steps, plan, rounds, count=len(waiting)))
    return step


def _is_answered(state: Any, step: Step) -> bool:
    return _key(step.name, step.round) in state._answered


def _forget_question(state: Any, name: str, round_: int) -> None:
    state._answered = [*state._answered, _key(name, round_)]
    if (state.question.name, state.question.round) == (name, round_):
        assign(state, question=Question())
    assign(state, comment="")


def _key(name: str, round_: int) -> str:
    return f"{name}/{round_}"


async def _answer(execution_id: int, answer: str, name: str, round_: int, comment: str) -> None:
    executions = current_hub().executions
    if answer == SEND_BACK:
        await executions.send_back(execution_id, name, comment=comment, seen_round=round_)
    else:
        await executions.answer_step(
            execution_id, name, is_approved=answer == APPROVE, comment=comment, seen_round=round_
        )
