"""An agent's page as a bench: what is written is tried at once, nothing of it is lost, and what was comes back."""

import re
from collections.abc import Callable

from playwright.sync_api import Dialog, expect

from tests.support.axe import violations
from tests.support.pages import LIVE_MS, NewPage, open_agent, press_test
from tests.support.server import HubProcess


def make_agent(hub: HubProcess) -> int:
    """Store an agent of this test's own."""
    values = {"name": "Bench", "model": "simulated", "system_prompt": "Answer in one sentence.\nBe kind."}
    return int(hub.call("POST", "/api/agents", values)[1]["id"])


def newest(hub: HubProcess, agent_id: int) -> int:
    """Return the newest execution of an agent."""
    return int(hub.call("GET", f"/api/executions?agent_id={agent_id}")[1]["items"][0]["id"])


def stored(hub: HubProcess, agent_id: int) -> tuple[str, int]:
    """Return the prompt of an agent and its version."""
    agent = hub.call("GET", f"/api/agents/{agent_id}")[1]
    return agent["system_prompt"], agent["version"]


def test_who_leaves_and_turns_back_at_once_is_back(shared_hub: HubProcess, new_page: NewPage) -> None:
    """On a slow machine the page that was left is drawn for a while after the address has changed: it asks no more."""
    agent_id = make_agent(shared_hub)
    page = new_page("about:blank")
    open_agent(page, shared_hub, agent_id)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    page.get_by_test_id("agent-prompt").fill("Never saved")
    expect(page.locator(".page-head .tag.unsaved")).to_be_visible()
    asked: list[str] = []

    def say_yes(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", say_yes)
    page.locator("nav.side").get_by_role("link", name="Agents").click()
    expect(page).to_have_url(re.compile("/agents$"))
    page.go_back()
    expect(page.get_by_test_id("agent-prompt")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/agents/{agent_id}$"))
    assert len(asked) == 1


def test_a_prompt_is_tried_before_it_is_saved(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Test runs what is on the page and says so; Save and test saves it; Ctrl+S too; leaving asks first."""
    hub, agent_id = shared_hub, make_agent(shared_hub)
    page = new_page("about:blank")
    open_agent(page, hub, agent_id)
    unsaved = page.locator(".page-head .tag.unsaved")
    prompt = page.get_by_test_id("agent-prompt")
    box = prompt.bounding_box()
    assert box is not None
    # It has the middle, and what answers is in sight with it.
    assert box["width"] > 600 and box["height"] > 250
    result = page.locator(".test-card .result").bounding_box()
    assert result is not None
    assert result["y"] < 800
    expect(unsaved).to_have_count(0)

    prompt.fill("Answer in two sentences.\nBe kind.")
    expect(unsaved).to_have_text("Unsaved changes")
    prompt.press("ControlOrMeta+Enter")
    expect(page.locator("#test-input-error")).to_have_text("Type what the agent should answer.")
    press_test(page, "Unsaved [fast]")
    expect(page.get_by_test_id("ran-version")).to_have_text("unsaved changes", timeout=LIVE_MS)
    draft = newest(hub, agent_id)
    execution = hub.execution(draft)
    assert (execution["definition"]["system_prompt"], execution["agent_version"]) == (
        "Answer in two sentences.\nBe kind.",
        None,
    )
    assert stored(hub, agent_id) == ("Answer in one sentence.\nBe kind.", 1)

    page.get_by_test_id("agent-save-test").click()
    expect(page.get_by_test_id("ran-version")).to_have_text("version 2", timeout=LIVE_MS)
    expect(unsaved).to_have_count(0)
    assert stored(hub, agent_id) == ("Answer in two sentences.\nBe kind.", 2)

    page.locator("#description").fill("By key")
    expect(unsaved).to_be_visible()
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".page-head .saved")).to_have_text("Saved")
    expect(page.get_by_test_id("version-row")).to_have_count(3)

    # Leaving with what is not saved asks: no keeps it, yes lets it go.
    prompt.fill("Never saved")
    expect(unsaved).to_be_visible()
    answers = [False, True]
    page.on("dialog", lambda dialog: dialog.accept() if answers.pop(0) else dialog.dismiss())
    link = page.locator("nav.side").get_by_role("link", name="Agents")
    link.click()
    expect(prompt).to_have_value("Never saved")
    expect(page).to_have_url(re.compile(f"/agents/{agent_id}$"))
    link.click()
    expect(page.get_by_role("heading", name="Agents")).to_be_visible()
    page.go_back()
    expect(prompt).to_have_value("Answer in two sentences.\nBe kind.")
    expect(unsaved).to_have_count(0)
    assert answers == []

    # What ran says so on its own page, with what the agent is today.
    page.goto(f"{hub.url}/executions/{draft}")
    expect(page.get_by_test_id("ran-version")).to_have_text("unsaved changes", timeout=LIVE_MS)


def test_versions_are_seen_named_and_restored(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A version shows what is on the page and not in it; restored, it is the newest; an execution shows the change."""
    hub, agent_id = shared_hub, make_agent(shared_hub)
    ran = hub.start_test("Before [fast]", agent_id)
    hub.call("PATCH", f"/api/agents/{agent_id}", {"system_prompt": "Answer in three sentences.\nBe kind."})
    page = new_page("about:blank")
    open_agent(page, hub, agent_id)
    rows = page.get_by_test_id("version-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("System prompt")
    page.locator("#max_tokens").fill("77")
    rows.nth(1).click()
    dialog = page.get_by_test_id("version-dialog")
    shown = dialog.locator('[data-testid="difference"][data-field="system_prompt"]')
    expect(shown.locator("del")).to_have_text("one sentence")
    expect(shown.locator("ins")).to_have_text("three sentences")
    expect(dialog.locator('[data-field="max_tokens"] ins')).to_have_text("77")
    page.get_by_test_id("version-label").fill("Short answers")
    page.get_by_test_id("version-label-save").click()
    expect(rows.nth(1)).to_contain_text("Short answers")
    assert not violations(page)

    page.get_by_test_id("version-restore").click()
    expect(dialog).to_contain_text("Your unsaved changes are dropped.")
    page.get_by_test_id("version-restore").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("agent-prompt")).to_have_value("Answer in one sentence.\nBe kind.")
    expect(page.locator("#max_tokens")).to_have_value("4096")
    expect(rows).to_have_count(3)
    assert stored(hub, agent_id) == ("Answer in one sentence.\nBe kind.", 3)

    hub.call("PATCH", f"/api/agents/{agent_id}", {"system_prompt": "Answer in four sentences.\nBe kind."})
    page.goto(f"{hub.url}/executions/{ran}")
    expect(page.get_by_test_id("ran-version")).to_have_text("version 1", timeout=LIVE_MS)
    expect(page.get_by_test_id("difference").locator("ins")).to_have_text("four sentences")


def test_what_was_typed_is_still_there_after_the_hub_was_started_anew(
    hub_process: Callable[..., HubProcess], new_page: NewPage
) -> None:
    """And is what a test runs, as before."""
    hub = hub_process().start()
    agent_id = make_agent(hub)
    page = new_page("about:blank")
    open_agent(page, hub, agent_id)
    page.get_by_test_id("agent-prompt").fill("Typed before")
    unsaved = page.locator(".page-head .tag.unsaved")
    expect(unsaved).to_be_visible()
    hub.kill()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "stale", timeout=LIVE_MS)
    hub.start()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=2 * LIVE_MS)
    expect(page.get_by_test_id("agent-prompt")).to_have_value("Typed before")
    expect(unsaved).to_be_visible()
    press_test(page, "After [fast]")
    expect(page.get_by_test_id("ran-version")).to_have_text("unsaved changes", timeout=LIVE_MS)
    assert hub.execution(newest(hub, agent_id))["definition"]["system_prompt"] == "Typed before"
