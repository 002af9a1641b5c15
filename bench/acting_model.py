"""A model that acts: it asks for one tool a turn, and then answers; without any thought, so without any delay.

As a process of its own, a Messages API that prints its address; at each line on its input it prints how long each turn
took it since the line before, in milliseconds and in the order in which they came.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Self

from tests.support import messages_replies as replies
from tests.support.messages_replies import Call, Step
from tests.support.messages_server import MessagesServer
from tests.support.server import ROOT

MODEL = "claude-bench"


def asking(turns: int, tool: str, argument: str) -> str:
    """Return the input that has the model call a tool in so many turns, each time with another argument."""
    return json.dumps({"turns": turns, "tool": tool, "argument": argument})


def reply(call: Call) -> Iterator[Step]:
    """Ask for the tool once more, or answer; each turn says its number, as `w7`."""
    messages = call.body["messages"]
    asked = json.loads(_text_of(messages[0]))
    turn = sum(each["role"] == "assistant" for each in messages)
    if turn == asked["turns"]:
        return replies.text([f"w{turn} ", "done"])(call)
    arguments = json.dumps({asked["argument"]: f"{turn} + 1"})
    return replies.tool_calls((f"toolu_{turn}", asked["tool"], [arguments]), text=[f"w{turn} "])(call)


def _text_of(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)


class ModelProcess:
    """The process, as a benchmark holds it.

    Attributes:
        settings: What a hub's environment needs to ask it.
    """

    def __init__(self) -> None:
        """Prepare it."""
        self.settings: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        words = (sys.executable, "-m", "bench.acting_model")
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.settings = {"ANTHROPIC_API_KEY": "bench", "ANTHROPIC_BASE_URL": self._read()}
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def took_ms(self) -> list[float]:
        """Return how long each turn took it since this was asked last."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return [float(each) for each in json.loads(self._read())]

    def _read(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    """Serve until the input ends."""
    with MessagesServer(default=reply) as server:
        print(server.url, flush=True)
        for _ in sys.stdin:
            calls, server.calls[:] = list(server.calls), []
            took = [1_000 * (each.finished_at - each.started_at) for each in calls if each.finished_at]
            print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
