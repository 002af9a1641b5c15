"""A hub opened in this process: see TerminalHub."""

from typing import Any

from pydantic import ValidationError

from execution_hub.domain.agent_file import AgentFile
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, ExecutionFilter
from execution_hub.errors import InvalidInput
from execution_hub.hub.agents import Agents
from execution_hub.hub.hub import Hub
from execution_hub.hub.suites import Suites
from execution_hub.hub.tasks import Tasks
from execution_hub.hub.workflows import Workflows
from execution_hub.json_file import first_problem
from execution_hub.runners.registry import find_type
from execution_hub.views.run_report import problem_ids, write_report
from execution_hub.words.catalogue import SOURCE


class OpenedHub:
    """A hub of our own."""

    is_serving = False
    address = ""

    def __init__(self, hub: Hub) -> None:
        """Use an open hub."""
        self._hub = hub

    async def every(self, noun: str) -> list[dict[str, Any]]:
        """See TerminalHub."""
        return [each.as_json() for each in await self._catalogue(noun).every()]

    async def page(self, noun: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """See TerminalHub."""
        if not 1 <= limit <= LIMIT_MAX:
            raise InvalidInput("limit", f"limit: give a number from 1 to {LIMIT_MAX}.", limit=LIMIT_MAX)
        return (await self._catalogue(noun).page(limit=limit, cursor=cursor)).as_json()

    async def start(self, execution_type: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        return (await self._hub.executions.start(find_type(execution_type).read(parameters))).as_json()

    async def executions(self, query: dict[str, str]) -> dict[str, Any]:
        """See TerminalHub."""
        limit = int(query.get("limit", LIMIT_DEFAULT))
        where = ExecutionFilter.from_query(query)
        page = await self._hub.history.page(where, limit=limit, cursor=query.get("cursor"))
        found = list(page.items)
        # A terminal waits for a search to its end; whoever does not stops it.
        while page.is_partial and len(found) < limit:
            page = await self._hub.history.page(where, limit=limit - len(found), cursor=page.next_cursor)
            found += page.items
        return {"items": [execution.as_json() for execution in found], "next_cursor": page.next_cursor}

    async def execution(self, execution_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        execution = await self._hub.history.get(execution_id)
        return await self._whole(execution)

    async def events(self, execution_id: int, after: int, wait_seconds: float) -> dict[str, Any]:
        """See TerminalHub."""
        page = await self._hub.history.events(execution_id, after=after, wait_seconds=wait_seconds)
        return {"events": [event.as_json() for event in page.events], "last_seq": page.last_seq}

    async def children(self, execution_id: int) -> list[dict[str, Any]]:
        """See TerminalHub."""
        where, cursor = ExecutionFilter(parent_id=execution_id), None
        found: list[dict[str, Any]] = []
        while True:
            page = await self._hub.history.page(where, limit=LIMIT_MAX, cursor=cursor)
            found += [each.as_json() for each in page.items]
            cursor = page.next_cursor
            if not cursor:
                return found

    async def report(self, execution_id: int) -> str:
        """See TerminalHub."""
        found = await self._hub.suites.reported(execution_id, problem_ids)
        return await self._hub.pool.run(write_report, found.run, found.children, SOURCE)

    async def estimate(self, suite_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        return (await self._hub.suites.estimate(suite_id)).as_json()

    async def import_agent(self, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        try:
            file = AgentFile.model_validate(body)
        except ValidationError as error:
            raise InvalidInput("agent", f"This is no agent's export: {first_problem(error)}.") from None
        return (await self._hub.agents.import_file(file)).as_json()

    async def import_suite(self, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        given = {name: value for name, value in body.items() if name not in ("format", "text")}
        stored, _ = await self._hub.suites.import_file(body["format"], body["text"], **given)
        return stored.as_json()

    async def import_cases(self, suite_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        stored, _ = await self._hub.suites.import_into(suite_id, body["format"], body["text"], mode=body["mode"])
        return stored.as_json()

    async def rerun(self, execution_id: int, text: str | None, *, is_as_ran: bool) -> dict[str, Any]:
        """See TerminalHub."""
        return (await self._hub.executions.rerun(execution_id, text, is_as_ran=is_as_ran)).as_json()

    async def cancel(self, execution_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        return (await self._hub.executions.cancel(execution_id)).as_json()

    async def answer(self, execution_id: int, step: str, comment: str, *, is_approved: bool) -> dict[str, Any]:
        """See TerminalHub."""
        answered = self._hub.executions.answer_step(execution_id, step, is_approved=is_approved, comment=comment)
        return await self._whole(await answered)

    async def approve_call(
        self, execution_id: int, number: int, comment: str, arguments: dict[str, Any] | None, *, is_for_execution: bool
    ) -> dict[str, Any]:
        """See TerminalHub."""
        answered = self._hub.executions.approve_call(
            execution_id, number, arguments=arguments, is_for_execution=is_for_execution, comment=comment
        )
        return await self._whole(await answered)

    async def reject_call(self, execution_id: int, number: int, comment: str) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._whole(await self._hub.executions.reject_call(execution_id, number, comment=comment))

    async def resolve_call(self, execution_id: int, number: int, how: str) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._whole(await self._hub.executions.resolve_call(execution_id, number, how))

    async def prune(self) -> int:
        """See TerminalHub."""
        return await self._hub.retention.prune()

    async def _whole(self, execution: Execution) -> dict[str, Any]:
        history = self._hub.history
        judged = await self._hub.suites.judged(execution)
        return {**execution.as_json(await history.steps(execution.id), await history.calls(execution.id)), **judged}

    def _catalogue(self, noun: str) -> Agents | Workflows | Tasks | Suites:
        nouns: dict[str, Agents | Workflows | Tasks | Suites] = {
            "agent": self._hub.agents,
            "workflow": self._hub.workflows,
            "task": self._hub.tasks,
            "suite": self._hub.suites,
        }
        return nouns[noun]
