"""Executions: start, answer, stop, repeat, delete, bring back."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from execution_hub.domain.execution import KEY_MAX, Execution, NewExecution, check_input
from execution_hub.domain.kinds import check_flag, check_id, check_ids
from execution_hub.domain.mark import check_mark
from execution_hub.domain.step import Step
from execution_hub.domain.trigger import TRIGGER, Trigger
from execution_hub.engine.port import Engine
from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound, TookTooLong
from execution_hub.hub.answers import Answers, ToolSchemas
from execution_hub.hub.gate import Gate
from execution_hub.hub.output_schemas import check_output_schema
from execution_hub.hub.retention import UNDO_SECONDS
from execution_hub.live.log import EventLog
from execution_hub.llm.prices import Prices
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead
from execution_hub.runners.children import KEY_PREFIX
from execution_hub.runners.jobs import job_of, takes_slot
from execution_hub.runners.port import ExecutionType, Start
from execution_hub.settings import Settings
from execution_hub.store import executions, steps, submissions
from execution_hub.store.database import Connection, Database
from execution_hub.store.group_reader import GroupReader
from execution_hub.store.intents import Cancel, Delete, Restore, SetMark, Submit, SubmitBatch


class Executions(Answers):
    """Starts executions, and changes them as people ask."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        log: EventLog,
        engine: Engine,
        types: Mapping[str, ExecutionType],
        gate: Gate,
        pool: WorkPool,
        prices: Prices,
        tools: ToolSchemas | None = None,
    ) -> None:
        """Act on a database, an event log and an engine while the gate is open; long work is done in a pool.

        What a person calls a tool with is checked by `tools`, where they know it.
        """
        super().__init__(database, log, engine, pool, tools)
        self._settings = settings
        self._types = types
        self._gate = gate
        self._prices = prices
        # Those who start much at once ask at once.
        self._reads = GroupReader(database)

    async def start(
        self, start: Start, *, idempotency_key: str | None = None, trigger: Trigger | None = None
    ) -> Execution:
        """Store a pending execution, queue it, and return it before any model is called.

        What it is made of is read before it is written: what changes in between does not change it.

        Args:
            start: What to start: an `AgentTest`, a `WorkflowRun`, or that of another type.
            idempotency_key: The same key and request give the same execution again, never a second one.
            trigger: What starts it, where no person does: the execution says so.

        Raises:
            HubError: The type refuses it; see its `prepare`.
            InvalidInput: The key does not fit.
            Conflict: The key was used for another request.
            QueueFull: 1 000 executions are pending.
            Unavailable: The hub is stopping.
        """
        await self._read_ahead(start)
        if trigger is None:
            return await self._submit(start.prepare, start.request, idempotency_key)

        def prepare(connection: Connection) -> NewExecution:
            new = start.prepare(connection)
            return replace(new, meta={**new.meta, TRIGGER: trigger.as_json()})

        return await self._submit(prepare, start.request, idempotency_key)

    async def _read_ahead(self, start: Start) -> None:
        await check_output_schema(self._pool, start.output_schema)
        # Long templates are read in another process, once, before a thread of this one needs them.
        if not start.reads_templates:
            return
        try:
            await read_ahead(self._pool, await self._database.aread(start.templates))
        except TookTooLong as error:
            raise InvalidInput("workflow_id", f"steps: {error.message}") from None

    async def _submit(
        self, prepare: Callable[[Connection], NewExecution], request: tuple[Any, ...], idempotency_key: str | None
    ) -> Execution:
        key = _check_key(idempotency_key)
        request_hash = None if key is None else _hash(*request)

        self._gate.check()

        def read(connection: Connection) -> NewExecution | Execution:
            try:
                return self._limited(prepare(connection))
            except HubError:
                # What was asked for under the key is not possible any more; but it was, and this is what it became.
                # One that still is, the writer finds.
                if (known := submissions.find_submitted(connection, key, request_hash)) is None:
                    raise
                return known

        made = await self._reads.read(read)
        if isinstance(made, Execution):
            return made
        new = replace(made, idempotency_key=key, request_hash=request_hash)
        submitted = await self._log.record(Submit(new, actor=self.actor.name))
        if submitted.is_new:
            await self._queue_up(submitted.execution)
        return submitted.execution

    async def start_batch(
        self,
        prepare: Callable[[Connection], Sequence[NewExecution]],
        request: tuple[Any, ...],
        *,
        output_schema: object = None,
        idempotency_key: str | None = None,
    ) -> list[Execution]:
        """Store pending executions under one number, all or none, queue them, and return them in their order.

        Args:
            prepare: Gives what is to be stored, at least one, from a reading transaction.
            request: What a second use of the key must repeat, as JSON values.
            output_schema: What the answers must fit, where it is not what is saved; None for no such.
            idempotency_key: The same key and request give the same executions again.

        Raises:
            HubError: `prepare` refuses it.
            InvalidInput: The key does not fit.
            Conflict: The key was used for another request.
            QueueFull: There is not room for all of them.
            Unavailable: The hub is stopping.
        """
        await check_output_schema(self._pool, output_schema)
        key = _check_key(idempotency_key)
        request_hash = None if key is None else _hash(*request)
        self._gate.check()

        def read(connection: Connection) -> tuple[list[Execution], list[NewExecution]]:
            try:
                return [], [self._limited(each) for each in prepare(connection)]
            except HubError:
                # As for one.
                if not (known := submissions.find_batch(connection, key, request_hash)):
                    raise
                return known, []

        known, made = await self._reads.read(read)
        if known:
            return known
        first, *others = made
        # A key is unique: the first has that of all.
        keyed = replace(first, idempotency_key=key, request_hash=request_hash)
        submitted = await self._log.record(SubmitBatch((keyed, *others), actor=self.actor.name))
        for each in submitted:
            if each.is_new:
                await self._queue_up(each.execution)
        return [each.execution for each in submitted]

    def _limited(self, new: NewExecution) -> NewExecution:
        self._types[new.execution_type].check_cost(new, self._prices)
        if not takes_slot(new.execution_type):
            # It waits for others, each of which has its own time.
            return new
        return replace(new, timeout_seconds=new.timeout_seconds or self._settings.execution_timeout_seconds)

    async def cancel(self, execution_id: int) -> Execution:
        """Stop an execution: what has not begun is cancelled at once, what runs as soon as its stream is closed.

        Returns:
            The execution after the request: cancelled, or running with `cancel_requested_at`.

        Raises:
            NotFound: There is none with this id.
            Conflict: It has ended in another way.
        """
        check_id("execution_id", execution_id)
        execution = await self._log.record(Cancel(execution_id, actor=self.actor.name))
        if execution.is_finished:
            await self._engine.cancel(job_of(execution))
        return execution

    async def rerun(
        self, execution_id: int, text: str | None = None, *, is_as_ran: bool = True, idempotency_key: str | None = None
    ) -> Execution:
        """Start an execution that repeats another.

        Args:
            execution_id: The other.
            text: Another input; None for the same.
            is_as_ran: With what the other ran with; else with the agent or workflow as it is today.
            idempotency_key: As for `start`.

        Raises:
            NotFound: There is no such execution, or today no such agent or workflow.
            InvalidInput: The input does not fit.
            Conflict: The key was used for another request.
        """
        check_id("execution_id", execution_id)
        check_flag("is_as_ran", is_as_ran)
        edited = None if text is None else check_input(text)

        def prepare(connection: Connection) -> NewExecution:
            old = executions.get(connection, execution_id)
            given = old.input if edited is None else edited
            if is_as_ran:
                new = _as_ran(connection, old, given)
            else:
                new = self._type_of(old).again(old, given).prepare(connection)
            return replace(new, task_id=old.task_id, rerun_of_id=old.id)

        if not is_as_ran:
            # What is wrong is told below, or not at all if the key of the request is known.
            with suppress(NotFound, Conflict):
                old = await self._database.aread(lambda connection: executions.get(connection, execution_id))
                await self._read_ahead(self._type_of(old).again(old, old.input if edited is None else edited))
        return await self._submit(prepare, ("rerun", execution_id, edited, is_as_ran), idempotency_key)

    def _type_of(self, execution: Execution) -> ExecutionType:
        found = self._types.get(execution.execution_type)
        if found is None:
            raise Conflict(f"This hub knows no executions of type {execution.execution_type}.", id=execution.id)
        return found

    async def mark(self, execution_id: int, mark: str | None, note: str | None = None) -> Execution:
        """Say of an execution that has ended whether it is right, and why, in the place of what was said before.

        Args:
            execution_id: Which one.
            mark: `right`, `wrong`, or None for neither.
            note: Why, at most 2 000 characters; None for no words.

        Returns:
            The execution afterwards.

        Raises:
            InvalidInput: A value does not fit.
            NotFound: There is none with this id.
            Conflict: It has not ended.
        """
        check_id("execution_id", execution_id)
        return await self._log.record(SetMark(execution_id, *check_mark(mark, note), actor=self.actor.name))

    async def delete(self, execution_ids: Collection[int]) -> None:
        """Delete executions that have ended; for ten seconds `restore` brings them back.

        Raises:
            NotFound: There is none with this id; then none is deleted.
            Conflict: One has not ended; then none is deleted.
        """
        ids = tuple(check_ids("execution_ids", execution_ids))
        await self._log.record(Delete(ids, actor=self.actor.name))

    async def restore(self, execution_ids: Collection[int]) -> None:
        """Bring deleted executions back.

        Raises:
            NotFound: One was not deleted, or more than ten seconds ago; then none is brought back.
        """
        ids = tuple(check_ids("execution_ids", execution_ids))
        await self._log.record(Restore(ids, timedelta(seconds=UNDO_SECONDS), actor=self.actor.name))


def _as_ran(connection: Connection, old: Execution, text: str) -> NewExecution:
    return NewExecution(
        old.execution_type,
        old.name,
        text,
        old.definition,
        agent_id=old.agent_id,
        workflow_id=old.workflow_id,
        agent_version=old.agent_version,
        timeout_seconds=old.timeout_seconds,
        suite_id=old.suite_id,
        steps=tuple(Step(step.name, step.position, step.type, step.agent_id) for step in steps.of(connection, old.id)),
    )


def _check_key(key: str | None) -> str | None:
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_MAX:
        raise InvalidInput(
            "Idempotency-Key", f"Idempotency-Key has {len(key)} characters. Use 1 to {KEY_MAX}.", limit=KEY_MAX
        )
    if key.startswith(KEY_PREFIX):
        # Else somebody could take the place of a part that is yet to be started.
        message = f"Idempotency-Key begins with {KEY_PREFIX}, as the hub's own keys do. Begin it with something else."
        raise InvalidInput("Idempotency-Key", message)
    return key


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
