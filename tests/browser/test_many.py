"""A hub with more agents than a page lists or a select offers."""

import re

from playwright.sync_api import expect

from tests.support.pages import NewPage, open_editor, open_page
from tests.support.server import HubProcess

MANY = 210


def test_a_long_list_and_a_long_choice(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Fifty and then more; a search that the address keeps; and a select whose choice outlives its narrowing."""
    ids = []
    for n in range(MANY):
        agent = {"name": f"Clerk {n:03}", "model": "simulated"}
        ids.append(shared_hub.call("POST", "/api/agents", agent)[1]["id"])
    last = ids[-1]
    step = {"name": "a", "agent_id": last, "input": "{{ input }}"}
    workflow = shared_hub.call("POST", "/api/workflows", {"name": "Office", "steps": [step]})[1]
    page = new_page("about:blank")
    open_page(page, shared_hub, "/agents")
    cards = page.get_by_test_id("agent-card")
    expect(cards).to_have_count(50)
    page.get_by_test_id("list-more").click()
    expect(cards).to_have_count(100)
    page.get_by_test_id("list-search").fill("clerk 20")
    expect(cards).to_have_count(10)
    expect(page).to_have_url(re.compile(r"\?q=clerk(\+|%20)20$"))
    expect(page.get_by_test_id("list-more")).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("list-search")).to_have_value("clerk 20")
    page.get_by_test_id("list-search").fill("nobody")
    page.get_by_test_id("list-clear").click()
    expect(cards).to_have_count(50)

    open_editor(page, shared_hub, workflow["id"])
    select = page.get_by_test_id("step-agent")
    expect(select).to_have_value(str(last))
    page.get_by_test_id("narrow").fill("clerk 00")
    # Nobody, the ten, and the chosen one.
    expect(select.locator("option")).to_have_count(12)
    expect(select).to_have_value(str(last))
    select.select_option(label="Clerk 003")
    expect(page.locator(".step-line-who")).to_have_text("Clerk 003")
    page.get_by_test_id("narrow").fill("")
    expect(select.locator("option")).to_have_count(201)
    expect(select).to_have_value(str(ids[3]))
    page.get_by_test_id("workflow-save").click()
    expect(page.locator(".saved")).to_have_text("Saved")
    stored = shared_hub.call("GET", f"/api/workflows/{workflow['id']}")[1]
    assert stored["steps"][0]["agent_id"] == ids[3]
