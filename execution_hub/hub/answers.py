"""What people answer: to approvals of workflows, and to calls of tools."""

from collections.abc import Mapping
from typing import Any, Protocol

from execution_hub.domain.call import COMMENT_MAX as CALL_COMMENT_MAX
from execution_hub.domain.call import Resolution, check_arguments
from execution_hub.domain.execution import Execution
from execution_hub.domain.kinds import check_flag, check_id
from execution_hub.domain.plan import step_names_of
from execution_hub.domain.status import Status
from execution_hub.domain.step import COMMENT_MAX
from execution_hub.domain.texts import check_text
from execution_hub.domain.workflow import NAME_MAX
from execution_hub.engine.port import Engine
from execution_hub.errors import Conflict, InvalidInput, TookTooLong
from execution_hub.hub.actor import ActedUpon
from execution_hub.live.log import EventLog
from execution_hub.pool import WorkPool
from execution_hub.runners.jobs import job_of
from execution_hub.runners.step_texts import plan_from
from execution_hub.store import calls, executions
from execution_hub.store.call_answers import AnswerCall, ResolveCall
from execution_hub.store.database import Database
from execution_hub.store.intents import Answer, SendBack


class ToolSchemas(Protocol):
    """Knows tools, and what they take: see `tools.port.ToolBox`."""

    def find(self, server: str, tool: str) -> Any:
        """Return a tool, or None."""
        ...

    async def check(self, tool: Any, arguments: object) -> str | None:
        """Return what does not fit about arguments; None if they fit."""
        ...


class Answers(ActedUpon):
    """Takes what people answer; an execution that waited for it goes on."""

    def __init__(
        self, database: Database, log: EventLog, engine: Engine, pool: WorkPool, tools: ToolSchemas | None
    ) -> None:
        """Act on a database, an event log and an engine; long work is done in a pool."""
        self._database = database
        self._log = log
        self._engine = engine
        self._pool = pool
        self._tools = tools

    async def answer_step(
        self, execution_id: int, name: str, *, is_approved: bool, comment: str = "", seen_round: int | None = None
    ) -> Execution:
        """Answer an approval; an execution that waited for it goes on.

        Args:
            execution_id: Whose.
            name: Which step.
            is_approved: Yes or no.
            comment: What the person says to it, at most 2 000 characters: the step's output, or why not.
            seen_round: The round of the step that the person has seen; None for whichever there is.

        Returns:
            The execution after the answer.

        Raises:
            NotFound: There is no such execution or step.
            Conflict: The step does not wait for a person: it was answered, sent back, or is not there yet.
            InvalidInput: The comment is too long.
        """
        check_id("execution_id", execution_id)
        check_flag("is_approved", is_approved)
        check_text("name", name, NAME_MAX)
        check_text("comment", comment, COMMENT_MAX)
        execution = await self._log.record(
            Answer(execution_id, name, is_approved, comment.strip(), seen_round, actor=self.actor.name)
        )
        await self._queue_up(execution)
        return execution

    async def send_back(
        self, execution_id: int, name: str, *, comment: str, seen_round: int | None = None
    ) -> Execution:
        """Have the agents before an approval answer again, with a remark; all that follows them follows again.

        Args:
            execution_id: Whose.
            name: Which approval.
            comment: What is to change, 1 to 2 000 characters.
            seen_round: As for `answer_step`.

        Returns:
            The execution after it.

        Raises:
            NotFound: There is no such execution or step.
            Conflict: The step does not wait for a person, no agent has answered directly before it, or it has had its
                ten rounds.
            InvalidInput: The comment is missing or too long.
        """
        check_id("execution_id", execution_id)
        check_text("name", name, NAME_MAX)
        check_text("comment", comment, COMMENT_MAX, is_needed=True)
        definition = (await self._database.aread(lambda c: executions.get(c, execution_id))).definition
        before: Mapping[str, frozenset[str]] = {}
        # What it ran with never changes; what is no step of it is refused below.
        if name in step_names_of(definition):
            try:
                before = (await plan_from(definition, self._pool)).before(name)
            except TookTooLong as error:
                raise Conflict(f"What follows {name} cannot be told: {error.message}", step=name) from None
        execution = await self._log.record(
            SendBack(execution_id, name, before, comment.strip(), seen_round, actor=self.actor.name)
        )
        await self._queue_up(execution)
        return execution

    async def approve_call(
        self,
        execution_id: int,
        number: int,
        *,
        arguments: dict[str, Any] | None = None,
        is_for_execution: bool = False,
        comment: str = "",
    ) -> Execution:
        """Let a tool be called; an execution that waited for it goes on.

        Args:
            execution_id: Whose.
            number: Which call.
            arguments: What to call it with instead of what the model asked for.
            is_for_execution: Whether this holds for the tool in the rest of this execution.
            comment: What the person says to it, at most 2 000 characters.

        Returns:
            The execution after the answer.

        Raises:
            NotFound: There is no such execution or call.
            Conflict: The call does not wait for a person: it was answered, or its execution has ended.
            InvalidInput: The comment is too long, or the arguments do not fit the tool.
        """
        check_id("execution_id", execution_id)
        check_id("number", number)
        check_flag("is_for_execution", is_for_execution)
        check_text("comment", comment, CALL_COMMENT_MAX)
        if arguments is not None:
            await self._check_arguments(execution_id, number, check_arguments(arguments))
        return await self._answer_call(
            AnswerCall(execution_id, number, True, arguments, is_for_execution, comment.strip(), actor=self.actor.name)
        )

    async def reject_call(self, execution_id: int, number: int, *, comment: str = "") -> Execution:
        """Do not let a tool be called; the agent is told so, with the comment, and goes on.

        Args:
            execution_id: Whose.
            number: Which call.
            comment: Why not, at most 2 000 characters.

        Returns:
            The execution after the answer.

        Raises:
            HubError: As for `approve_call`.
        """
        check_id("execution_id", execution_id)
        check_id("number", number)
        check_text("comment", comment, CALL_COMMENT_MAX)
        return await self._answer_call(
            AnswerCall(execution_id, number, False, comment=comment.strip(), actor=self.actor.name)
        )

    async def resolve_call(self, execution_id: int, number: int, how: str) -> Execution:
        """Say what becomes of a call of which nobody knows whether it had its effect: its process died meanwhile.

        Args:
            execution_id: Whose.
            number: Which call.
            how: `run_again`, `tell_agent` that nobody knows, or `fail` the execution.

        Returns:
            The execution after it.

        Raises:
            NotFound: There is no such execution or call.
            Conflict: The call is not unknown, or somebody has resolved it already.
            InvalidInput: `how` is none of the three.
        """
        check_id("execution_id", execution_id)
        check_id("number", number)
        try:
            chosen = Resolution(how)
        except ValueError:
            raise InvalidInput("how", f"how is none of {', '.join(Resolution)}. Use one of them.") from None
        return await self._answer_call(ResolveCall(execution_id, number, chosen, actor=self.actor.name))

    async def _check_arguments(self, execution_id: int, number: int, arguments: dict[str, Any]) -> None:
        if self._tools is None:
            return
        call = await self._database.aread(lambda connection: calls.find(connection, execution_id, number))
        tool = None if call is None else self._tools.find(call.server, call.tool)
        # A tool that is not there now may be when it is called; its runner checks again.
        if tool is not None and (problem := await self._tools.check(tool, arguments)):
            raise InvalidInput("arguments", f"arguments do not fit the tool: {problem}")

    async def _answer_call(self, intent: AnswerCall | ResolveCall) -> Execution:
        execution = await self._log.record(intent)
        await self._queue_up(execution)
        return execution

    async def _queue_up(self, execution: Execution) -> None:
        if execution.status is Status.PENDING:
            # Stored and not queued is no loss: the reconcile queues it.
            await self._engine.submit(job_of(execution))
