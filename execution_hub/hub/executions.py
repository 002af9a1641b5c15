"""Executions: start, answer, stop, repeat, delete, bring back."""

import hashlib
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, KEY_MAX, WORKFLOW, Execution, NewExecution, check_input
from execution_hub.domain.kinds import check_flag, check_id, check_ids
from execution_hub.domain.status import Status
from execution_hub.domain.step import COMMENT_MAX
from execution_hub.domain.texts import check_text
from execution_hub.domain.workflow import NAME_MAX
from execution_hub.engine.port import Engine, Job
from execution_hub.errors import Conflict, HubError, InvalidInput, Unavailable
from execution_hub.hub import submissions as orders
from execution_hub.hub.history import find_execution
from execution_hub.hub.retention import UNDO_SECONDS
from execution_hub.live.log import EventLog
from execution_hub.settings import Settings
from execution_hub.store import approvals, executions, interventions
from execution_hub.store.database import Connection, Database

logger = structlog.get_logger(__name__)


class Executions:
    """Starts executions, and changes them as people ask."""

    def __init__(self, settings: Settings, database: Database, log: EventLog, engine: Engine) -> None:
        """Act on a database, an event log and an engine; `open` lets executions start."""
        self._settings = settings
        self._database = database
        self._log = log
        self._engine = engine
        self._is_open = False
        # The workflows whose templates this process has read.
        self._was_read: set[int] = set()

    def open(self) -> None:
        """Let executions start."""
        self._is_open = True

    def close(self) -> None:
        """Start none any more."""
        self._is_open = False

    async def start_agent_test(self, agent_id: int, text: str, *, idempotency_key: str | None = None) -> Execution:
        """Store a pending agent test, queue it, and return it before any model is called.

        Args:
            agent_id: Whom to test.
            text: The input, 1 to 5 000 characters.
            idempotency_key: The same key and request give the same execution again, never a second one.

        Raises:
            NotFound: There is no such agent.
            InvalidInput: The input or the key does not fit.
            Conflict: The key was used for another request.
        """
        check_id("agent_id", agent_id)
        text = check_input(text)

        return await self.start(
            lambda connection: orders.test_of_agent(connection, agent_id, text),
            (AGENT_TEST, agent_id, text),
            idempotency_key,
        )

    async def start_workflow(
        self,
        workflow_id: int,
        text: str | None = None,
        *,
        task_id: int | None = None,
        idempotency_key: str | None = None,
    ) -> Execution:
        """Store a pending execution of a workflow, queue it, and return it before any model is called.

        Args:
            workflow_id: What to run.
            text: The input, 1 to 5 000 characters; None to run on a task.
            task_id: The task whose input it runs on; None to run on a text.
            idempotency_key: As for `start_agent_test`.

        Raises:
            NotFound: There is no such workflow or task.
            InvalidInput: Both or neither of text and task are given, or one does not fit, or the workflow is
                not valid any more.
            Conflict: The key was used for another request.
        """
        if (text is None) == (task_id is None):
            raise InvalidInput("input", "Give either an input or a task_id, not both.")
        check_id("workflow_id", workflow_id)
        check_ids("task_id", [] if task_id is None else [task_id])
        given = None if text is None else check_input(text)

        def make(connection: Connection) -> NewExecution:
            if given is not None:
                return orders.run_of_workflow(connection, workflow_id, given)
            assert task_id is not None, "one of them is given"
            return orders.run_on_task(connection, workflow_id, task_id)

        if workflow_id not in self._was_read:
            await self._read_ahead(make)
            self._was_read.add(workflow_id)
        return await self.start(make, (WORKFLOW, workflow_id, task_id, text), idempotency_key)

    async def _read_ahead(self, make: Callable[[Connection], NewExecution]) -> None:
        # Before the transaction that all executions share: long templates take a while to be read, once. What is
        # wrong is told there, or not at all if the key of the request is known.
        with suppress(HubError):
            await self._database.aread(make)

    async def start(
        self,
        make: Callable[[Connection], NewExecution],
        request: tuple[object, ...],
        idempotency_key: str | None = None,
    ) -> Execution:
        """Store a pending execution of any type, queue it, and return it.

        Args:
            make: Makes it, within the transaction that stores it.
            request: What was asked for, as JSON values: what a second use of the key must repeat.
            idempotency_key: The same key and request give the same execution again, never a second one.

        Raises:
            InvalidInput: The key does not fit.
            Conflict: The key was used for another request.
            QueueFull: 1 000 executions are pending.
            Unavailable: The hub is stopping.
        """
        key, request_hash = _check_key(idempotency_key), _hash(*request)

        if not self._is_open:
            raise Unavailable("The hub is starting or stopping. Try again in a moment.")

        def make_once(connection: Connection) -> NewExecution | Execution:
            if key is not None and (known := executions.find_by_key(connection, key)) is not None:
                if known[1] != request_hash:
                    raise Conflict("This Idempotency-Key was used for another request. Use a new one.")
                return known[0]
            new = make(connection)
            return replace(
                new,
                timeout_seconds=new.timeout_seconds or self._settings.execution_timeout_seconds,
                idempotency_key=key,
                request_hash=None if key is None else request_hash,
            )

        added = await self._log.add(make_once)
        if added.is_new:
            await self._queue_up(added.execution)
        return added.execution

    async def answer_step(self, execution_id: int, name: str, *, is_approved: bool, comment: str = "") -> Execution:
        """Answer an approval; an execution that waited for it goes on.

        Args:
            execution_id: Whose.
            name: Which step.
            is_approved: Yes or no.
            comment: What the person says to it, at most 2 000 characters: the step's output, or why not.

        Returns:
            The execution after the answer.

        Raises:
            NotFound: There is no such execution or step.
            Conflict: The step does not wait for a person: it was answered, or is not there yet.
            InvalidInput: The comment is too long.
        """
        check_id("execution_id", execution_id)
        check_flag("is_approved", is_approved)
        check_text("name", name, NAME_MAX)
        check_text("comment", comment, COMMENT_MAX)
        execution = await self._database.awrite(
            lambda connection: approvals.answer(connection, execution_id, name, is_approved, comment.strip(), now())
        )
        self._log.announce(execution)
        await self._queue_up(execution)
        return execution

    async def cancel(self, execution_id: int) -> Execution:
        """Stop an execution: what has not begun is cancelled at once, what runs as soon as its stream is closed.

        Returns:
            The execution after the request: cancelled, or running with `cancel_requested_at`.

        Raises:
            NotFound: There is none with this id.
            Conflict: It has ended in another way.
        """
        check_id("execution_id", execution_id)
        execution = await self._database.awrite(lambda c: interventions.cancel(c, execution_id, now()))
        self._log.announce(execution)
        if execution.is_finished:
            await self._engine.cancel(_job(execution))
        return execution

    async def rerun(
        self, execution_id: int, text: str | None = None, *, is_as_ran: bool = True, idempotency_key: str | None = None
    ) -> Execution:
        """Start an execution that repeats another.

        Args:
            execution_id: The other.
            text: Another input; None for the same.
            is_as_ran: With what the other ran with; else with the agent or workflow as it is today.
            idempotency_key: As for `start_agent_test`.

        Raises:
            NotFound: There is no such execution, or today no such agent or workflow.
            InvalidInput: The input does not fit.
            Conflict: The key was used for another request.
        """
        check_id("execution_id", execution_id)
        check_flag("is_as_ran", is_as_ran)
        edited = None if text is None else check_input(text)

        def make(connection: Connection) -> NewExecution:
            return orders.repeat(connection, find_execution(connection, execution_id), edited, is_as_ran=is_as_ran)

        if not is_as_ran:
            await self._read_ahead(make)
        return await self.start(make, ("rerun", execution_id, edited, is_as_ran), idempotency_key)

    async def delete(self, execution_ids: Collection[int]) -> None:
        """Delete executions that have ended; for ten seconds `restore` brings them back.

        Raises:
            NotFound: There is none with this id; then none is deleted.
            Conflict: One has not ended; then none is deleted.
        """
        ids = check_ids("execution_ids", execution_ids)
        for execution in await self._database.awrite(lambda c: interventions.delete(c, ids, now())):
            self._log.announce(execution)

    async def restore(self, execution_ids: Collection[int]) -> None:
        """Bring deleted executions back.

        Raises:
            NotFound: One was not deleted, or more than ten seconds ago; then none is brought back.
        """
        within = timedelta(seconds=UNDO_SECONDS)
        ids = check_ids("execution_ids", execution_ids)
        for execution in await self._database.awrite(lambda c: interventions.restore(c, ids, now(), within)):
            self._log.announce(execution)

    async def _queue_up(self, execution: Execution) -> None:
        if execution.status is Status.PENDING:
            # Stored and not queued is no loss: the reconcile queues it.
            await self._engine.submit(_job(execution))


def _job(execution: Execution) -> Job:
    return Job(execution.id, execution.segment, execution.queue_number)


def _check_key(key: str | None) -> str | None:
    if key is not None and not 1 <= len(key) <= KEY_MAX:
        raise InvalidInput(
            "Idempotency-Key", f"Idempotency-Key has {len(key)} characters. Use 1 to {KEY_MAX}.", limit=KEY_MAX
        )
    return key


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
