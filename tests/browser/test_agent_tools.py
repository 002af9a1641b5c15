"""What an agent may do, on its page: folded, chosen by a word, tried before it is saved, and told by its versions."""

from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.pages import LIVE_MS, NewPage, open_agent, press_test
from tests.support.server import HubProcess

READ = {"server": "away", "tool": "read", "approval": "ask"}
LIST = {"server": "away", "tool": "list", "approval": "auto"}


def test_tools_and_limits_are_chosen_tried_and_saved(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A folded part says what it holds; what is wrong opens it; a test runs what is on the page."""
    hub = shared_hub
    values = {"name": "Acts", "model": "simulated", "tools": [READ, LIST]}
    agent_id = int(hub.call("POST", "/api/agents", values)[1]["id"])
    page = new_page(hub.url)
    open_agent(page, hub, agent_id)
    tools, limits, answer = (page.get_by_test_id(f"agent-{name}") for name in ("tools", "limits", "answer"))
    expect(tools.locator("summary")).to_contain_text("2 tools, 1 asks first")
    expect(limits.locator("summary")).to_contain_text("10 turns, 30 calls")
    expect(answer.locator("summary")).to_contain_text("Free text")
    unsaved = page.locator(".page-head .tag.unsaved")
    expect(unsaved).to_have_count(0)

    _check_what_the_model_lacks(page)
    tools.locator("summary").click()
    tools.get_by_label("May it use list", exact=True).select_option(label="Not given")
    expect(tools.locator("summary")).to_contain_text("1 tool, 1 asks first")
    expect(unsaved).to_be_visible()
    tools.get_by_label("May it use read", exact=True).select_option(label="Runs by itself")
    limits.locator("summary").click()
    page.locator("#max_turns").fill("3")
    assert violations(page) == []
    press_test(page, "Unsaved [fast]")
    expect(page.get_by_test_id("ran-version")).to_have_text("unsaved changes", timeout=LIVE_MS)
    newest = hub.call("GET", f"/api/executions?agent_id={agent_id}")[1]["items"][0]["id"]
    definition = hub.execution(int(newest))["definition"]
    assert (definition["tools"], definition["max_turns"]) == ([{**READ, "approval": "auto"}], 3)

    answer.locator("summary").click()
    schema = page.locator("#output_schema")
    schema.fill('{"type": "objekt"}')
    answer.locator("summary").click()
    page.get_by_test_id("agent-save").click()
    expect(page.locator("#output_schema-error")).to_have_text("This is no JSON Schema: look at type.")
    schema.fill('{"type": "object"}')
    page.get_by_test_id("agent-save").click()
    expect(page.locator(".saved").first).to_have_text("Saved")
    stored = hub.call("GET", f"/api/agents/{agent_id}")[1]
    assert (stored["version"], stored["tools"]) == (2, [{**READ, "approval": "auto"}])
    assert (stored["max_turns"], stored["output_schema"]) == (3, {"type": "object"})
    expect(unsaved).to_have_count(0)

    page.locator('[data-testid="version-row"][data-version="1"]').click()
    found = page.locator('[data-testid="difference"][data-field="tools"]')
    expect(found.locator("del").first).to_contain_text("away/list:")
    page.get_by_test_id("version-restore").click()
    expect(tools.locator("summary")).to_contain_text("2 tools, 1 asks first")
    assert hub.call("GET", f"/api/agents/{agent_id}")[1]["tools"] == [READ, LIST]


def _check_what_the_model_lacks(page: Page) -> None:
    """It is said beside the setting, and once that is chosen, under the model too."""
    thinking, lacks = page.get_by_test_id("agent-thinking"), page.get_by_test_id("lacks")
    thinking.locator("summary").click()
    expect(thinking.locator('[data-testid="lack"][data-field="effort"]')).to_contain_text("changes nothing")
    expect(lacks).to_have_count(0)
    page.locator("#effort").select_option("high")
    expect(lacks).to_have_text("simulated has no setting for: Effort. What happens then is said there.")
    page.locator("#effort").select_option("")
    expect(lacks).to_have_count(0)
