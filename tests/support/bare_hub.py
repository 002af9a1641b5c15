"""A hub without doors in a process of its own, to be killed: opens in half a second, takes one call a line.

`python -m tests.support.bare_hub` reads `{"call", "arguments"}` as JSON lines and answers each with `{"result"}` or
`{"error"}`; its settings come from the environment, as those of any hub. `BENCH_TOOLS` names a file: its agents have
the tools of `tests.support.bench_tools.BenchTools`, whose calls are written there. `TRIGGER_QUIET_SECONDS` is how long
a save waits for another before the suites that it triggers run.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TextIO

from execution_hub.domain.workflow import WorkflowStep
from execution_hub.errors import CANNOT_GO_ON, HubError
from execution_hub.hub import hub as hub_module
from execution_hub.hub import triggers
from execution_hub.hub.history import EventPage
from execution_hub.hub.hub import Hub
from execution_hub.logs import configure_logs
from execution_hub.runners.registry import find_type
from execution_hub.settings import load_settings
from tests.support.bench_tools import BenchTools
from tests.support.environment import bare_environment
from tests.support.preloaded import Preloaded

ROOT = Path(__file__).resolve().parents[2]


class BareHub:
    """The process, as a test holds it: forked from one that has loaded its modules, unless it is to be from nothing."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        """Prepare a hub.

        Args:
            data_dir: Its data folder.
            **settings: More of its environment.
        """
        kept = bare_environment()
        self._environment = {**kept, "HUB_DATA_DIR": str(data_dir), **settings}
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._is_preloaded = True
        self._process: Preloaded | subprocess.Popen[bytes] | None = None
        self._calls: TextIO | None = None
        self._answers: TextIO | None = None

    def from_nothing(self) -> Self:
        """Let it be a Python of its own, for example to measure its memory."""
        self._is_preloaded = False
        return self

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Self:
        """Start it; returns when it is open."""
        assert self.begin().opens()
        return self

    def begin(self) -> Self:
        """Start it, without waiting."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        stdin, calls = os.pipe()
        answers, stdout = os.pipe()
        self._calls, self._answers = os.fdopen(calls, "w"), os.fdopen(answers)
        with self.log.open("a") as log:
            streams = {"stdin": stdin, "stdout": stdout, "stderr": log.fileno()}
            if self._is_preloaded:
                self._process = Preloaded(f"{__name__}:main", cwd=ROOT, env=self._environment, **streams)
            else:
                words = (sys.executable, "-m", __name__)
                self._process = subprocess.Popen(words, cwd=ROOT, env=self._environment, **streams)
        os.close(stdin)
        os.close(stdout)
        return self

    def opens(self) -> bool:
        """Wait until it is open, or has died; its log says why."""
        assert self._answers is not None
        return self._answers.readline() == '{"result": "open"}\n'

    def wait(self, seconds: float = 60) -> int:
        """Wait until it ends by itself and return its exit code."""
        return self._end(seconds)

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the hub and return its answer as JSON values."""
        assert self._calls is not None
        self._calls.write(json.dumps({"call": method, "arguments": arguments}) + "\n")
        self._calls.flush()
        return self._answer()

    def kill(self) -> None:
        """Kill it with -9."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def shoot(self) -> None:
        """Kill it with -9, without waiting for its end."""
        assert self._process is not None
        self._process.kill()

    def stop(self, seconds: float = 60) -> int:
        """Ask it to stop and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._end(seconds)

    def _end(self, seconds: float = 60) -> int:
        process, self._process = self._process, None
        assert process is not None
        code = process.wait(seconds)
        for pipe in (self._calls, self._answers):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        return code

    def _answer(self) -> Any:
        assert self._answers is not None
        line = self._answers.readline()
        assert line, f"the hub has died:\n{self.log.read_text()[-4000:]}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["result"]


async def _serve_calls() -> None:
    # The hub's own log goes where errors go: the answers have this one to themselves.
    answers, sys.stdout = sys.stdout, sys.stderr
    configure_logs()
    if log := os.environ.get("BENCH_TOOLS"):
        _offer_tools(Path(log))
    if quiet := os.environ.get("TRIGGER_QUIET_SECONDS"):
        triggers.QUIET_SECONDS = float(quiet)
    try:
        hub = await Hub.open(load_settings())
    except HubError as error:
        print(f"Execution Hub cannot start: {error.message}", file=sys.stderr, flush=True)
        os._exit(CANNOT_GO_ON)
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        # In a thread: a pipe has no asyncio of its own that would not buffer.
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(over.set)

    loop.run_in_executor(None, read)
    _say(answers, {"result": "open"})
    serving = asyncio.create_task(_serve(hub, lines, answers))
    await over.wait()
    serving.cancel()
    await hub.close()
    os._exit(0)  # the reading thread may wait for ever


def _offer_tools(log: Path) -> None:
    """Give the hub the server `bench`, before it takes over what a dead one left."""
    make: Any = hub_module.ToolBox
    hub_module.ToolBox = lambda sources, pool: make([*sources, BenchTools(log)], pool)  # type: ignore[assignment]


async def _serve(hub: Hub, lines: "asyncio.Queue[str]", answers: TextIO) -> None:
    while True:
        request = json.loads(await lines.get())
        target: Any = hub
        try:
            for word in request["call"].split("."):
                target = getattr(target, word)
            _say(answers, {"result": _plain(await target(**_values(request["arguments"])))})
        except Exception as error:
            _say(answers, {"error": repr(error)})


def _values(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as the hub takes them: steps of a workflow are values, and so is what starts an execution."""
    if "type" in arguments:
        kind, key = arguments.pop("type"), arguments.pop("idempotency_key", None)
        return {"start": find_type(kind).read(arguments), "idempotency_key": key}
    changes = arguments.get("changes", {})
    if "steps" in changes:
        changes = {**changes, "steps": [WorkflowStep(**step) for step in changes["steps"]]}
        return {**arguments, "changes": changes}
    return arguments


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, EventPage):
        return [event.as_json() for event in value.events]
    return value.as_json() if hasattr(value, "as_json") else value


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    print(json.dumps(message), file=answers, flush=True)


def main() -> None:
    """Be the process."""
    asyncio.run(_serve_calls())


if __name__ == "__main__":
    main()
