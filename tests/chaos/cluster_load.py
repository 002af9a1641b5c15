"""What a hub of several processes has to do while faults are caused: executions, and the provider they ask."""

import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll

PIECE_SECONDS = 0.1
# How long the provider wants to be left alone after it has refused a call, and how soon everybody has to know.
REFUSED_SECONDS = 6
TOLD_SECONDS = 1.0
POISON = "poison"
ASKING_SECONDS = 60


class Provider:
    """Answers as a model does; refuses a call when it is told to, and lets nobody live who asks it a poison.

    Attributes:
        refused: How many calls were refused.
        asked_meanwhile: What was asked while all knew that the provider wants to be left alone.
    """

    def __init__(self, server: MessagesServer, kill: Callable[[str], None]) -> None:
        """Answer at a server.

        Args:
            server: It.
            kill: Ends the process that runs an input; called in a thread of its own.
        """
        self.refused = 0
        self.asked_meanwhile: list[str] = []
        self._server = server
        self._kill = kill
        self._is_to_refuse = False
        # By the address at which it was asked: one that a worker asks elsewhere has a limit of its own.
        self._refused_at: dict[str, float] = {}
        server.default = self._reply

    def refuse(self) -> None:
        """Refuse the next call for the rate limit; returns when calls are welcome again."""
        before = self.refused
        self._is_to_refuse = True
        poll(lambda: self.refused > before, ASKING_SECONDS)
        time.sleep(REFUSED_SECONDS)

    def _reply(self, call: replies.Call) -> Iterator[replies.Step]:
        if call.input.startswith(POISON):
            threading.Thread(target=self._kill, args=(call.input,), daemon=True).start()
            yield None
        if self._is_to_refuse:
            self._is_to_refuse = False
            self._refused_at[call.headers["host"]] = time.monotonic()
            self.refused += 1
            # What was refused is made again in the same attempt: it is no call of the execution's.
            self._server.calls.remove(call)
            yield from replies.rate_limited(REFUSED_SECONDS)(call)
            return
        since = call.started_at - self._refused_at.get(call.headers["host"], float("-inf"))
        if TOLD_SECONDS < since < REFUSED_SECONDS:
            self.asked_meanwhile.append(f"{call.input}, {since:.1f} s after")
        yield from replies.default_reply(call, delay=PIECE_SECONDS)


class Load(threading.Thread):
    """Starts executions and answers their questions until it is told to end; what fails is tried again.

    Attributes:
        ids: What was started.
        poison: The same of what ends its process.
    """

    def __init__(self, url: str, pause_seconds: float) -> None:
        """Prepare it.

        Args:
            url: Where the hub is reached.
            pause_seconds: Between two starts.
        """
        super().__init__(daemon=True)
        self.ids: list[int] = []
        self.poison: list[int] = []
        self._door = HubProcess(Path("/nowhere"))
        self._door.url = url
        self._pause_seconds = pause_seconds
        self._is_over = threading.Event()
        self._starts = self._make()

    def end(self) -> None:
        """Start nothing any more; questions are answered on."""
        self._is_over.set()

    def answer(self) -> None:
        """Answer what waits for a person."""
        with suppress(OSError, ValueError):
            for each in self._door.call("GET", "/api/executions?status=waiting&limit=100")[1]["items"]:
                self._door.call("POST", f"/api/executions/{each['id']}/steps/gate/approve", {})

    def start_poison(self) -> None:
        """Start one that ends its process whenever it runs."""
        name = f"{POISON} {len(self.poison)}"
        self.poison.append(self._start(self._starts[0][0], {"input": name}, f"chaos-{name}"))

    def run(self) -> None:
        """Start one after the other: three tests, a diamond, three tests, one that waits for a person."""
        while not self._is_over.wait(self._pause_seconds):
            number = len(self.ids)
            path, body = self._starts[number % len(self._starts)]
            self.ids.append(self._start(path, {**body, "input": f"execution {number} of chaos"}, f"chaos-{number}"))
            self.answer()

    def _start(self, path: str, body: dict[str, Any], key: str) -> int:
        while True:
            # Whatever becomes of a request, one with the same key starts nothing a second time.
            with suppress(OSError, urllib.error.URLError, ValueError):
                status, found = self._door.call("POST", path, body, **{"Idempotency-Key": key})
                if status == 202:
                    return int(found["id"])
            time.sleep(0.2)

    def _make(self) -> list[tuple[str, dict[str, Any]]]:
        call = self._door.call
        agent = call("POST", "/api/agents", {"name": "Claude", "model": "claude-sonnet-5-5"})[1]["id"]

        def step(name: str, *before: str) -> dict[str, Any]:
            text = f"{name} of {{{{ input }}}}"
            return {"name": name, "agent_id": agent, "input": text, "depends_on": list(before), "retries": 2}

        gate = {"name": "gate", "type": "approval", "input": "Go on?", "depends_on": ["top"]}
        workflows = {
            "Diamond": [step("top"), step("left", "top"), step("right", "top"), step("bottom", "left", "right")],
            "Asked": [step("top"), gate, step("bottom", "gate")],
        }
        paths: list[tuple[str, dict[str, Any]]] = []
        for name, steps in workflows.items():
            made = call("POST", "/api/workflows", {"name": name, "steps": steps})[1]
            paths.append((f"/api/workflows/{made['id']}/run", {}))
        test: tuple[str, dict[str, Any]] = (f"/api/agents/{agent}/test", {})
        return [test, test, test, paths[0], test, test, test, paths[1]]
