"""Forged events at a served hub: what one browser sends harms no other, neither API nor log."""

from tests.support.forged import PACKETS, Page, handlers, right, wrong
from tests.support.server import HubProcess

HYDRATE = "reflex___state____state.hydrate_and_load"
HUGE = "x" * 900_000
# Before each that changes something for everybody with a right value.
SHARED = ("pause_queue",)


def test_no_forged_event_harms_anybody_else(shared_hub: HubProcess) -> None:
    """Every handler with every wrong value, then with right types whose values nobody has."""
    # What the forger stops, deletes and renames with ids that are there: it may, as anybody.
    shared_hub.ended(shared_hub.start_test("[pace:0] first"))
    agent = shared_hub.call(
        "POST", "/api/agents", {"name": "Mine", "model": "simulated", "system_prompt": "Be brief."}
    )[1]
    url, queue = shared_hub.url, shared_hub.call("GET", "/api/queue")
    with Page(url) as other, Page(url) as forger:
        other.event(HYDRATE, {})
        assert other.hears("running_rx_state_")
        forger.event(HYDRATE, {})
        for name, handler in handlers().items():
            forger.event(name, right(handler) if name.endswith(".setvar") else {"extra": 1})
            for why, payload in wrong(handler) if "execution_hub" in name and not name.endswith(".setvar") else ():
                # The size is bounded by the test of the check itself: a megabyte for each would only take long.
                if "huge" not in why:
                    forger.event(name, payload)
        forger.event(HUGE, {})
        forger.send("event", HUGE)
        forger.send(HUGE, 1)
        forger.send("connect", {"QUERY_STRING": "token=x"})
        for packet in PACKETS:
            with Page(url) as broken:
                broken.raw(packet)
                broken.raw(packet)
        assert forger.hears("running_rx_state_")
        assert shared_hub.call("GET", "/api/queue") == queue
        # Right types: each page may do so, to itself.
        for name, handler in handlers().items():
            if "execution_hub" in name and name.rpartition(".")[2] not in (*SHARED, "setvar"):
                for low in (False, True):
                    payload = {
                        key: -(2**53) + 1 if low and value == 1 and value is not True else value
                        for key, value in right(handler).items()
                    }
                    forger.event(name, payload, "/executions/9007199254740991" if low else "/agents/1")
        with Page(url) as new:
            new.event(HYDRATE, {})
            assert new.hears("running_rx_state_")
        execution_id = shared_hub.start_test("[pace:0] hello", agent["id"])
        assert other.hears(f'"id":{execution_id},')
    assert shared_hub.ended(execution_id)["status"] == "succeeded"
    for path in ("/api/queue", "/api/executions", "/api/agents", "/api/workflows", "/api/health", "/api/ready"):
        assert shared_hub.call("GET", path)[0] == 200, path
    log = shared_hub.log.read_text()
    assert "Traceback" not in log, log[max(0, log.find("Traceback") - 300) :][:6_000]
    assert max(map(len, log.splitlines())) < 1_000
    assert len(log) < 1_000_000
