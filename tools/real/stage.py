"""A hub on which agents act, and a terminal that shows what came of it."""

import json
import os
from dataclasses import dataclass
from typing import Any

from real.counterparts import Counterparts
from real.transcript import lines_of
from tests.support.server import ROOT, HubProcess, fetch, poll

SIMULATED = "simulated"
END_SECONDS = 900
QUIET_SECONDS = 10


@dataclass(frozen=True)
class Acted:
    """An execution of an agent that has ended.

    Attributes:
        execution: As the API tells of it.
    """

    execution: dict[str, Any]

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The calls of tools, in their order."""
        return [call for call in self.execution["calls"] if call["kind"] == "tool"]

    @property
    def turns(self) -> list[dict[str, Any]]:
        """The turns of the model."""
        return [call for call in self.execution["calls"] if call["kind"] == "turn"]

    @property
    def is_answered(self) -> bool:
        """Whether it succeeded with an answer, and nothing cut it."""
        return bool(self.execution["status"] == "succeeded" and self.execution["output"].strip())

    def result(self, number: int) -> str:
        """Return what the call of a tool gave, by its place among them; empty where there was none, or no result."""
        return str(self.tools[number]["result"] or "") if number < len(self.tools) else ""

    def json(self, number: int) -> Any:
        """Return the same as JSON; an empty object where it is none."""
        try:
            return json.loads(self.result(number))
        except ValueError:
            return {}

    def statuses(self) -> list[str]:
        """Return how the calls of tools ended."""
        return [call["status"] for call in self.tools]


class Stage:
    """Runs agents, prints their transcripts, and counts what was not so.

    Attributes:
        hub: Where they run.
        given: What the counterparts work on.
        model: The address of the real model's server.
    """

    def __init__(self, hub: HubProcess, given: Counterparts, model: str) -> None:
        """Begin with no check made."""
        self.hub = hub
        self.given = given
        self.model = model
        self._made = 0
        self._failed: list[str] = []

    def section(self, name: str) -> None:
        """Print a heading."""
        self.say(f"\n── {name} {'─' * (100 - len(name))}")

    def say(self, line: str) -> None:
        """Print a line."""
        print(self._plain(line), flush=True)

    def check(self, sentence: str, is_so: object) -> None:
        """Print whether something is so, and remember it."""
        self._made += 1
        if not is_so:
            self._failed.append(sentence)
        self.say(f"  {'ok' if is_so else 'NOT SO'}: {sentence}")

    def servers(self) -> dict[str, dict[str, Any]]:
        """Return the tool servers by name, once all have said whether they are ready."""

        def settled() -> list[dict[str, Any]] | None:
            items: list[dict[str, Any]] = self.hub.call("GET", "/api/tools")[1]["items"]
            return None if any(each["status"] == "starting" for each in items) else items

        return {each["server"]: each for each in poll(settled, 120)}

    def tools(self, server: str) -> list[str]:
        """Return the names of a server's tools."""
        return [tool["name"] for tool in self.servers()[server]["tools"]]

    def act(
        self, server: str, asked: str, *, model: str = SIMULATED, tools: list[str] | None = None, **more: Any
    ) -> Acted:
        """Let an agent act with tools of a server, and print its transcript.

        Args:
            server: The server.
            asked: The agent's input.
            model: The agent's model.
            tools: Which tools it has; all of the server's if omitted.
            **more: What else the agent is made of.
        """
        names = self.tools(server) if tools is None else tools
        choices = [{"server": server, "tool": name, "approval": "auto"} for name in names]
        agent = self.agent(name=f"{server}, {model}", model=model, tools=choices, **{"max_turns": 20, **more})
        return Acted(self._shown(self.hub.start_test(asked, agent)))

    def stop(self, asked: str, **about: Any) -> dict[str, Any]:
        """Stop an agent while it writes, print what came of it, and return the execution.

        Args:
            asked: The agent's input.
            **about: What the agent is made of.
        """
        number = self.hub.start_test(asked, self.agent(name="to be stopped", **about))
        poll(lambda: self.hub.execution(number)["progress"]["phase"] == "writing" and self._is_busy(), END_SECONDS)
        self.hub.call("POST", f"/api/executions/{number}/cancel")
        return self._shown(number)

    def is_quiet(self) -> bool:
        """Return whether the model's server does nothing within a while, as it says itself."""
        try:
            return bool(poll(lambda: not self._is_busy(), QUIET_SECONDS))
        except AssertionError:
            return False

    def _is_busy(self) -> bool:
        slots = json.loads(fetch(f"{self.model}/slots")[1])
        return any(slot["is_processing"] for slot in slots)

    def agent(self, **about: Any) -> int:
        """Create an agent and return its number."""
        status, agent = self.hub.call("POST", "/api/agents", about)
        assert status == 201, agent
        return int(agent["id"])

    def _shown(self, number: int) -> dict[str, Any]:
        execution = self.hub.ended(number, END_SECONDS)
        self.say("")
        # Before it is cut into lines.
        for line in lines_of(json.loads(self._plain(json.dumps(execution)))):
            self.say(line)
        return execution

    def _plain(self, text: str) -> str:
        """Return a text with words for what is another on each machine: the run's folder, the project's, PATH."""
        for value, word in ((os.environ["PATH"], "$PATH"), (str(self.given.work), "WORK"), (str(ROOT), "HUB")):
            text = text.replace(value, word)
        return text

    def end(self) -> int:
        """Print what was not so, and return the exit status."""
        for sentence in self._failed:
            self.say(f"NOT SO: {sentence}")
        self.say(f"\n{self._made - len(self._failed)} of {self._made} checks are so.")
        return int(bool(self._failed))


def marks(*calls: tuple[str, dict[str, Any]]) -> str:
    """Return an input that makes the simulated model call tools, one a turn.

    >>> marks(("time__now", {}))
    '[fast] [tool time__now {}]'
    """
    return " ".join(["[fast]", *(f"[tool {name} {json.dumps(arguments)}]" for name, arguments in calls)])
