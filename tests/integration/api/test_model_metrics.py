"""What `GET /metrics` tells of calls of models."""

import pytest

from execution_hub.domain.agent import AgentDraft
from tests.support import messages_replies as replies
from tests.support.api import Api, ended
from tests.support.hub import eventually
from tests.support.messages_server import MessagesServer
from tests.support.metrics import scrape, start

MODEL = "claude-sonnet-5-5"


async def claude(api: Api) -> int:
    return (await api.hub.agents.create(AgentDraft("Claude", system_prompt="Be kind.", model=MODEL))).id


async def test_calls_of_models_are_counted_with_tokens_cost_and_retries(
    api: Api, messages_server: MessagesServer
) -> None:
    agent_id = await claude(api)
    messages_server.reply(replies.rate_limited(0), replies.text(["Hello"]), replies.bad_key())
    before = await scrape(api)
    first = await ended(api, await start(api, "Hi", agent_id))
    await ended(api, await start(api, "Hi", agent_id))
    after = await scrape(api)
    for outcome in ("succeeded", "rate_limited", "bad_api_key"):
        assert after.since(before, "hub_model_calls_total", provider="anthropic", outcome=outcome) == 1, outcome
    assert after.since(before, "hub_model_retries_total", provider="anthropic") == 1
    for kind in ("input", "output"):
        counted = after.since(before, "hub_model_tokens_total", model=MODEL, kind=kind)
        assert counted == first["usage"][f"{kind}_tokens"] > 0
    assert after.since(before, "hub_model_cost_usd_total", model=MODEL) == pytest.approx(first["usage"]["cost_usd"])


async def test_a_call_that_a_person_stops_is_counted_with_what_it_used(
    api: Api, messages_server: MessagesServer
) -> None:
    messages_server.reply(replies.hanging(["Hel"]))
    before = await scrape(api)
    execution_id = await start(api, "Hi", await claude(api))
    await eventually(lambda: _has_text(api, execution_id))
    await api.call("POST", f"/api/executions/{execution_id}/cancel")
    await ended(api, execution_id)
    after = await scrape(api)
    assert after.since(before, "hub_model_calls_total", provider="anthropic", outcome="cancelled") == 1
    assert after.since(before, "hub_model_tokens_total", model=MODEL, kind="input") == replies.INPUT_TOKENS


async def _has_text(api: Api, execution_id: int) -> bool:
    events = (await api.call("GET", f"/api/executions/{execution_id}/events"))[1]["events"]
    return any(each["kind"] == "text" for each in events)
