"""Two processes of one hub keep to one rate limit: what one of them is refused, the other does not ask for."""

from tests.support import messages_replies as replies
from tests.support.cluster import Cluster, runs_at, started_by
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll

PAUSE_SECONDS = 16


def claude(web: HubProcess) -> int:
    agent = {"name": "Claude", "model": "claude-sonnet-5-5", "retries": 1}
    status, made = web.call("POST", "/api/agents", agent)
    assert status == 201, made
    return int(made["id"])


def held(web: HubProcess, execution_id: int) -> list[dict[str, str]]:
    """Return what the log tells of an execution's calls that were held back."""
    events = web.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return [event["data"] for event in events if event["kind"] == "held"]


def retried(web: HubProcess, execution_id: int) -> bool:
    """Tell whether the log says that an execution's call was refused and is made again."""
    events = web.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return any(event["kind"] == "retry" for event in events)


def test_a_refusal_of_one_holds_the_other_back_and_a_stop_reaches_it_there(
    cluster: Cluster, messages_server: MessagesServer
) -> None:
    cluster.worker(HUB_WORKER_CONCURRENCY="1")
    cluster.worker(HUB_WORKER_CONCURRENCY="2")
    web = cluster.web()
    agent = claude(web)
    # Both know by then that nothing limits them.
    warm = [web.start_test("hello", agent) for _ in range(3)]
    assert {web.ended(each)["status"] for each in warm} == {"succeeded"}
    before = len(messages_server.calls)
    messages_server.reply(replies.rate_limited(retry_after=PAUSE_SECONDS))
    first = web.start_test("first", agent)
    poll(lambda: len(messages_server.calls) > before)
    refused = messages_server.calls[before]
    # The refusal has come back by then, and stands in the database.
    poll(lambda: retried(web, first))
    others = [web.start_test(f"other {number}", agent) for number in range(2)]
    ran_at = {runs_at(web, each) for each in (first, *others)}
    assert len(ran_at) == 2
    poll(lambda: held(web, others[1]))
    web.call("POST", f"/api/executions/{others[1]}/cancel")
    assert web.ended(others[1])["status"] == "cancelled"
    assert [web.ended(each)["status"] for each in (first, others[0])] == ["succeeded"] * 2
    assert len(started_by(web, first)) == 1
    later = messages_server.calls[before + 1 :]
    assert len(later) == 2
    assert all(call.started_at - refused.started_at >= PAUSE_SECONDS for call in later)


def test_a_process_that_was_told_no_limit_keeps_to_that_of_another(
    cluster: Cluster, messages_server: MessagesServer
) -> None:
    """What one of them sets holds for as long as it is there."""
    web = cluster.web(HUB_PROVIDER_LIMITS="anthropic=20")
    cluster.worker()
    agent = claude(web)
    ids = [web.start_test(f"limited {number}", agent) for number in range(3)]
    assert {web.ended(each)["status"] for each in ids} == {"succeeded"}
    times = sorted(each.started_at for each in messages_server.calls)
    # On a busy machine the second may leave as late as the third, which says that it was held.
    assert times[2] - times[1] > 2 or any(held(web, each) for each in ids), "two at once, then one every three seconds"
