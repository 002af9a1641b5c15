"""Processes that die: killed and stopped with the queue full, everything ends all the same."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll


@pytest.mark.parametrize("way", ["kill", "stop"])
def test_everything_ends_after_the_process_died_with_its_queue_full(
    hub_process: Callable[..., HubProcess], messages_server: MessagesServer, way: str
) -> None:
    """Killed with -9, or stopped with SIGTERM, twice over: nothing is stuck, lost or mixed."""
    messages_server.default = lambda call: replies.default_reply(call, delay=0.04)
    hub = hub_process(HUB_MAX_CONCURRENCY="4").start()
    agent_id = hub.agent_id("claude-sonnet-5-5")
    ids = [hub.start_test(f"question {index}", agent_id) for index in range(16)]
    for _ in range(2):
        poll(lambda: sum(each["progress"]["phase"] == "writing" for each in running(hub)) == 4, 60)
        getattr(hub, way)()
        hub.start()
    for index, execution_id in enumerate(ids):
        found = hub.ended(execution_id, 90)
        assert (found["status"], found["error"]) == ("succeeded", None)
        assert found["output"] == replies.default_text(f"question {index}")
        log = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        newest = [event for event in log if event["kind"] == "text" and event["attempt"] == found["attempt"]]
        assert "".join(event["data"]["text"] for event in newest) == found["output"]
    attempts = {f"question {index}": hub.execution(each)["attempt"] for index, each in enumerate(ids)}
    asked = Counter(call.input for call in messages_server.calls)
    # An attempt calls at most once, so a finished call is never made again; a kill may come before its call.
    assert asked.keys() == attempts.keys()
    assert all(asked[question] <= attempt for question, attempt in attempts.items()), (asked, attempts)
    interrupted = sum(attempts.values()) - len(ids)
    # A stop gives what runs five seconds to end, and these need two.
    assert (1 if way == "kill" else 0) <= interrupted <= 8


def running(hub: HubProcess) -> list[dict[str, Any]]:
    """Return what runs now."""
    return list(hub.call("GET", "/api/executions?status=running")[1]["items"])
