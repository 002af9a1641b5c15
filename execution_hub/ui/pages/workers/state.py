"""The State of the page Workers: which process is to be drained or stopped, and which notices were read."""

from collections.abc import AsyncIterator

import reflex as rx

from execution_hub.errors import NotFound
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.pages.workers.shared import shared_workers
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.workers import WorkerRow
from execution_hub.words.say import say

CLOSED_MAX = 50
# What may be asked of a process.
DRAIN = "drain"
STOP = "stop"


class WorkersState(rx.State):
    """What this browser has asked for.

    Attributes:
        asked: The process that the person is asked about; without an id while there is none.
        to_do: What is to be asked of it: to drain, or to stop.
        is_asking: Whether that question is open.
        is_sending: Whether the hub is being told.
        problem: Why it could not be done, in words.
        closed: The lost processes whose notices the person has closed.
    """

    asked: WorkerRow = WorkerRow()
    to_do: str = DRAIN
    is_asking: bool = False
    is_sending: bool = False
    problem: str = ""
    closed: list[str] = []  # noqa: RUF012 - Reflex copies defaults

    @rx.event(background=True)
    async def watch(self) -> None:
        """Show the processes for as long as the page is open."""
        async with self:
            token = self.router.session.client_token
            assign(self, is_asking=False, is_sending=False, problem="")
        opened = shared_workers.vars.open(token)
        try:
            await opened.wait()
        finally:
            shared_workers.vars.close(token, opened)

    @rx.event
    def ask_about(self, worker_id: str, to_do: str) -> None:
        """Ask whether a process is to drain or to stop; of one that cannot, nothing is asked."""
        found = next((each for each in shared_workers.vars.values["rows"] if each.id == worker_id), None)
        if found is not None and {DRAIN: found.can_drain, STOP: found.can_stop}.get(to_do):
            assign(self, asked=found, to_do=to_do, is_asking=True, problem="")

    @rx.event
    def close_question(self) -> None:
        """Leave it as it is."""
        assign(self, is_asking=False, problem="")

    @rx.event
    async def confirm(self) -> AsyncIterator[None]:
        """Drain or stop the process that was asked about; every open page is told by the hub."""
        if not self.is_asking or self.is_sending:
            return
        worker_id, is_stop = self.asked.id, self.to_do == STOP
        assign(self, is_sending=True, problem="")
        yield
        told = await ask(self, lambda hub: (hub.workers.stop if is_stop else hub.workers.drain)(worker_id))
        self.is_sending = False
        if isinstance(told, Failure):
            is_gone = isinstance(told.error, NotFound)
            self.problem = say(await language_of(self), "It has left already.") if is_gone else told.text
            return
        self.is_asking = False

    @rx.event
    def close_lost(self, worker_id: str) -> None:
        """The person has read that a process is lost."""
        if worker_id not in self.closed:
            self.closed = [*self.closed, worker_id][-CLOSED_MAX:]
