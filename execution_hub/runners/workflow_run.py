"""One segment of a workflow's execution: steps as soon as all they wait for have ended, side by side."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Phase, Progress
from execution_hub.domain.plan import Plan
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.revision import with_remarks
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.stop_reason import OUTPUT_FULL
from execution_hub.domain.template import TemplateProblem
from execution_hub.domain.texts import is_blank
from execution_hub.domain.usage import Usage, add_up
from execution_hub.domain.workflow import APPROVAL
from execution_hub.engine.port import Json
from execution_hub.errors import (
    BlankInput,
    ExecutionError,
    Rejected,
    StepFailed,
    StepInputTooLong,
    TemplateFailed,
    TimedOut,
    TookTooLong,
)
from execution_hub.runners.acting import LIMIT
from execution_hub.runners.acting_steps import ActingSteps
from execution_hub.runners.answer import Answer, ask, request_of
from execution_hub.runners.answer_listener import AnswerListener
from execution_hub.runners.places import Places
from execution_hub.runners.port import Outcome, RunContext
from execution_hub.runners.step_spans import StepSpans
from execution_hub.runners.step_texts import StepTexts
from execution_hub.store.steps import error_values, usage_values

# So many steps of one execution ask their models at once; a workflow of 200 must not open 200 connections.
PARALLEL_MAX = 20
BLANK_TEMPLATE_SHOWN = 200
_ENDS = (StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SKIPPED)


class Run:
    """One segment of one execution.

    The steps' rows are the truth about what has ended. A durable step is only the net under them: it keeps an
    answer whose row was not written before the process died.
    """

    def __init__(self, context: RunContext, plan: Plan, recorded: list[Step]) -> None:
        self._context = context
        self._journal = context.journal
        self._plan = plan
        self._texts = StepTexts(plan, context.execution.input, context.pool)
        self._steps = {step.name: step for step in recorded}
        self._places = Places(context.durable, plan.order)
        self._slots = asyncio.Semaphore(PARALLEL_MAX)
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._acting = ActingSteps(context, plan)
        self._spans = StepSpans(plan)

    async def to_end(self) -> Outcome | None:
        """Run until all steps have ended, or nothing can go on without a person: then return None."""
        try:
            await self._hear_of_calls()
            while True:
                await self._move_on()
                waiting = self._waiting()
                if not self._tasks and not waiting:
                    return await self._outcome()
                if not self._tasks and await self._context.pause(frozenset(waiting), self._acting.waiting):
                    return None
                await self._wait(self._context.approvals.news if waiting else None)
                if waiting:
                    await self._hear()
        finally:
            await self._stop()

    async def _move_on(self) -> None:
        """Start what is due and skip what will never be; each after all it depends on, so once is enough."""
        for name in self._plan.order:
            step = self._steps[name]
            if step.is_finished or step.status is StepStatus.WAITING or name in self._tasks.values():
                continue
            try:
                move = self._plan.next_move(name, self._steps, await self._texts.look(name, self._steps))
            except TookTooLong as error:
                self._fail(name, error)
                continue
            if move.code:
                self._end(name, StepStatus.SKIPPED, {"error": move.reason, "error_code": move.code, "output": ""})
            elif move.is_due:
                await self._start(name)

    async def _start(self, name: str) -> None:
        try:
            text = await self._texts.fill(name, self._steps)
        except TemplateProblem as problem:
            kind = StepInputTooLong if problem.code == "too_long" else TemplateFailed
            self._fail(name, kind(str(problem)))
            return
        except TookTooLong as error:
            self._fail(name, error)
            return
        if self._plan.steps[name].type != APPROVAL and is_blank(text):
            # Not sent: a model makes up what it was not asked, or refuses with words that help nobody.
            self._fail(name, _blank(self._plan.steps[name].input))
            return
        if self._plan.steps[name].type != APPROVAL and self._steps[name].round > 1:
            text = with_remarks(text, await self._context.approvals.rounds(name))
        if self._steps[name].ready_at is None:
            self._write(name, {"ready_at": now()})
        if self._plan.steps[name].type == APPROVAL:
            self._set(name, status=StepStatus.WAITING, input=text)
            self._write(name, {"status": "waiting", "input": text}, {"status": "waiting"})
        else:
            work = self._act(name, text) if name in self._acting else self._answer(name, text)
            self._spans.begin(self._steps[name])
            with self._spans.inside(self._steps[name]):
                task = asyncio.create_task(work, name=f"step {name}")
            self._tasks[task] = name
        self._show_progress()

    async def _act(self, name: str, text: str) -> None:
        async with self._slots:
            attempt = self._steps[name].attempt + 1
            self._set(name, status=StepStatus.RUNNING, attempt=attempt)
            values = {"status": "running", "input": text, "error": None, "error_code": None}
            self._write(name, values, {"status": "running", "attempt": attempt})
            before = await self._acting.used_before(self._steps[name])
            take = self._on_usage(name, before)
            answer = await self._acting.act(self._steps[name], text, take, self._show_progress)
            if answer is None:
                self._set(name, status=StepStatus.WAITING)
                self._write(name, {"status": "waiting"}, {"status": "waiting"})
                self._show_progress()
            else:
                self._finish(name, answer, before + answer.usage)
            await self._journal.flush()

    async def _answer(self, name: str, text: str) -> None:
        async with self._slots:
            before = self._steps[name]
            used_before = replace(before.usage, is_partial=before.usage.is_partial or before.attempt > 0)
            listener = AnswerListener(self._journal, self._on_usage(name, used_before), step=name)
            was_asked = False

            async def work() -> Json:
                nonlocal was_asked
                was_asked = True
                self._set(name, status=StepStatus.RUNNING, attempt=before.attempt + 1)
                self._write(
                    name,
                    {"status": "running", "input": text, "error": None, "error_code": None},
                    {"status": "running", "attempt": before.attempt + 1},
                )
                # Stored before it is paid for: a process that dies now has not called unnoticed.
                await self._journal.flush()
                return (await self._ask(name, text, listener)).as_json()

            answer = Answer.from_json(await self._places.of(name, before.round).run(name, work))
            # Not asked: an earlier life of this process paid for it and died before it could tell.
            self._finish(name, answer, used_before + answer.usage if was_asked else before.usage)
            await self._journal.flush()

    def _finish(self, name: str, answer: Answer, usage: Usage) -> None:
        self._set(name, usage=usage)
        told = {"meta": answer.meta, "stop_reason": answer.stop_reason, "is_cut": answer.is_cut}
        if answer.error is not None:
            self._fail(name, answer.error, output=answer.text or None, **told, usage=usage)
        else:
            self._end(name, StepStatus.SUCCEEDED, {"output": answer.text, **told}, usage)

    async def _ask(self, name: str, text: str, listener: AnswerListener) -> Answer:
        step = self._plan.steps[name]
        assert step.agent_id is not None, "checked when the workflow was stored"
        agent = self._plan.agents[step.agent_id]
        try:
            async with asyncio.timeout(step.timeout_seconds) as limit:
                model = self._context.models.get(agent.model)
                request = request_of(agent, text, step.timeout_seconds)
                policy, most = RetryPolicy(step.retries), self._context.output_max_bytes
                part = ("chat", self._steps[name].attempt)
                answer = await ask(model, request, listener, policy, agent.on_cut, most, part=part)
        except TimeoutError:
            if not limit.expired():
                raise
            error = TimedOut(f"The step took longer than its {step.timeout_seconds:g} s.")
            answer = Answer(listener.written, replace(listener.used, is_partial=True), error=error)
        listener.end(answer.usage)
        return answer

    async def _wait(self, wake: asyncio.Event | None) -> None:
        """Wait until a step has ended or, if any waits for a person, something else is there to look at."""
        waiter = None if wake is None else asyncio.ensure_future(wake.wait())
        try:
            done, _ = await asyncio.wait(
                [*self._tasks, *([waiter] if waiter else [])], return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if waiter is not None:
                waiter.cancel()
        if wake is not None:
            wake.clear()
        for task in done - {waiter}:
            self._tasks.pop(task)  # type: ignore[arg-type]
            task.result()

    async def _hear(self) -> None:
        """Take what people have said; it is written already, with its events."""
        news = await self._context.approvals.read(self._steps)
        again = {step.name for step in news if step.round > self._steps[step.name].round}
        # What they ask of their models nobody waits for any more. Whoever is not among them goes on undisturbed.
        await self._drop([task for task, name in self._tasks.items() if name in again])
        for step in news:
            if step.name in again:
                self._begin_again(step)
            else:
                self._steps[step.name] = step
        await self._hear_of_calls()
        self._show_progress()

    async def _hear_of_calls(self) -> None:
        for name in await self._acting.answered(self._steps):
            # Due again: it goes on from the rows of its calls.
            self._set(name, status=StepStatus.PENDING)

    def _begin_again(self, step: Step) -> None:
        """Take a step that was sent back, or follows what was: what it has used counts on."""
        before = self._steps[step.name]
        is_partial = before.usage.is_partial or before.status is StepStatus.RUNNING
        self._steps[step.name] = replace(step, usage=replace(before.usage, is_partial=is_partial))
        self._write(step.name, usage_values(self._steps[step.name].usage))

    def _waiting(self) -> set[str]:
        return {name for name, step in self._steps.items() if step.status is StepStatus.WAITING}

    def _fail(self, name: str, error: ExecutionError, **values: Any) -> None:
        usage = values.pop("usage", None)
        self._end(name, StepStatus.FAILED, {**values, **error_values(error.code, error.message)}, usage)

    def _end(self, name: str, status: StepStatus, values: dict[str, Any], usage: Usage | None = None) -> None:
        assert status in _ENDS
        self._set(name, status=status, **values)
        used = usage_values(usage, values.get("meta")) if usage else {}
        columns = {"status": status.value, **values, **used}
        told: dict[str, Any] = {"status": status.value}
        if values.get("stop_reason"):
            told |= {"stop_reason": values["stop_reason"], "is_cut": values["is_cut"]}
        if values.get("error"):
            told |= {"code": values["error_code"], "message": values["error"]}
        self._write(name, columns, told)
        self._spans.end(self._steps[name], values.get("error_code") or "")
        self._show_progress()

    def _write(self, name: str, columns: dict[str, Any], told: dict[str, Any] | None = None) -> None:
        """Write of a step in the round that is known; of one that was sent back meanwhile nothing is written."""
        round_ = self._steps[name].round
        if told is not None and round_ > 1:
            told = {**told, "round": round_}
        self._journal.change_step(name, columns, told, round_=round_)

    def _set(self, name: str, **values: Any) -> None:
        self._steps[name] = replace(self._steps[name], **values)

    def _on_usage(self, name: str, before: Usage) -> Callable[[Usage], None]:
        def take(used: Usage) -> None:
            usage = before + used
            self._set(name, usage=usage)
            self._write(name, usage_values(usage))
            self._journal.usage(self._usage())

        return take

    def _usage(self) -> Usage:
        free = [step.usage for step in self._steps.values() if self._is_free(step)]
        return add_up((step.usage for step in self._steps.values() if not self._is_free(step)), free)

    def _is_free(self, step: Step) -> bool:
        return step.agent_id is not None and self._plan.agents[step.agent_id].model == SIMULATED

    def _progress(self, phase: Phase, tool: str = "") -> Progress:
        return Progress(self._plan.done(self._steps), len(self._steps), phase, tool)

    def _show_progress(self) -> None:
        called = next((tool for tool in self._acting.calling.values() if tool), "")
        if called:
            self._journal.progress(self._progress(Phase.CALLING, called))
        else:
            self._journal.progress(self._progress(Phase.WRITING if self._tasks else Phase.WAITING))

    async def _outcome(self) -> Outcome:
        failed = [step for step in self._steps.values() if step.status is StepStatus.FAILED]
        used = self._plan.used(self._steps)
        # The cut one's reason says most; without one the last reason does.
        telling = next((step for step in used if step.is_cut), used[-1] if used else None)
        most = self._context.output_max_bytes
        is_past = self._plan.is_past(self._steps, most)
        reason = None if telling is None else telling.stop_reason
        limit = next((step.meta[LIMIT] for step in self._steps.values() if LIMIT in step.meta), None)
        return Outcome(
            self._plan.output(self._steps, most),
            self._usage(),
            {} if limit is None else {LIMIT: limit},
            error=_error(failed) if failed else None,
            progress=self._progress(Phase.DONE),
            stop_reason=OUTPUT_FULL if is_past else reason,
            is_cut=is_past or (telling is not None and telling.is_cut),
        )

    async def _stop(self) -> None:
        """Whatever ends the run ends its steps: none may ask or write any more."""
        await self._drop(list(self._tasks))

    async def _drop(self, tasks: Collection[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            del self._tasks[task]


def _blank(template: str) -> BlankInput:
    shown = " ".join(template.split())
    shown = shown if len(shown) <= BLANK_TEMPLATE_SHOWN else f"{shown[:BLANK_TEMPLATE_SHOWN]}…"
    return BlankInput(
        f"The step's input is blank, so nothing was sent: its template {shown or '(empty)'} gave no text. "
        "Change it, or give it a default: {{ steps.NAME.output | default('…', true) }}."
    )


def _error(failed: list[Step]) -> ExecutionError:
    first = failed[0]
    names = ", ".join(step.name for step in failed)
    if first.type == APPROVAL and len(failed) == 1:
        return Rejected(f"Rejected at {first.name}: {first.error}", steps=[first.name])
    which = f"Step {first.name} failed" if len(failed) == 1 else f"{len(failed)} steps failed ({names}); {first.name}"
    return StepFailed(f"{which}: {first.error}", steps=[step.name for step in failed])
