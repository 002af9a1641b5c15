"""Watching an agent that acts, and answering what it asks, in real browsers."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from execution_hub.domain.call import CallStatus
from execution_hub.domain.status import Status
from execution_hub.store.database import Database
from tests.support.acting import add_acting, tool, turn
from tests.support.axe import violations
from tests.support.browser import OBSERVE
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess, poll
from tests.support.tool_servers import desk, write_file

Ids = dict[str, int]
SHIFT_MAX = 0.02
EVIL = '<img src=x onerror="window.hacked=1"> [x](javascript:window.hacked=1)'
LARGE = "a line of the log\n" * 25_000 + "x" * 450_000
SPENT = [turn(1, f"I look. {EVIL}"), tool(2, "read_log", {"path": EVIL}, CallStatus.SUCCEEDED, result=LARGE)]
ASKED = [
    turn(3, "I tell the team.", blocks=({"type": "thinking", "thinking": "They must know.", "signature": "s"},)),
    tool(4, "send_mail", {"to": "team@example.org", "body": "Ten o'clock"}, CallStatus.WAITING),
]


def card(page: Page, number: int) -> Locator:
    """Return the card of a call, or the turn, of this number."""
    return page.locator(f'[data-testid="call"][data-number="{number}"]')


def stored(hub: HubProcess, execution_id: int, number: int) -> dict[str, object]:
    """Return a call as the API tells it."""
    calls = hub.execution(execution_id)["calls"]
    return next(call for call in calls if call["number"] == number)


@pytest.fixture(scope="module")
def acting_hub(tmp_path_factory: pytest.TempPathFactory, used_data_dir: Path) -> Iterator[tuple[HubProcess, Ids]]:
    """Yield a running hub whose agents have acted, and the executions by what they wait for."""
    folder = Path(shutil.copytree(used_data_dir, tmp_path_factory.mktemp("acting") / "data"))
    database = Database(f"sqlite:///{folder / 'hub.sqlite3'}")
    asked_before = [turn(3), tool(4, "send_mail", {"to": "x"}, CallStatus.UNKNOWN)]
    turns = [turn(number, f"Turn {number} looks.") for number in range(1, 201)]
    ids = {
        "asking": add_acting(database, [*SPENT, *ASKED], Status.WAITING),
        "refused": add_acting(database, [*SPENT, *ASKED], Status.WAITING),
        "unknown": add_acting(database, [*SPENT, *asked_before], Status.WAITING),
        "many": add_acting(database, [*turns, tool(201, "clock", {}, CallStatus.SUCCEEDED)], Status.FAILED),
    }
    database.close()
    office = folder.parent
    hub = HubProcess(folder, HUB_MCP_FILE=str(write_file(office, {"desk": desk(office)}))).preloaded().start()
    yield hub, ids
    hub.kill()


def test_a_call_is_read_and_approved_with_edited_arguments(
    acting_hub: tuple[HubProcess, Ids], new_page: NewPage
) -> None:
    """One approves, another sees it without a reload; what is large comes when it is unfolded, and all is text."""
    (hub, ids), large = acting_hub, "a line of the log\na line"
    page, watcher = (new_page(f"{hub.url}/executions/{ids['asking']}") for _ in range(2))
    for each in (page, watcher):
        expect(card(each, 4)).to_have_attribute("data-status", "waiting", timeout=LIVE_MS)
        each.evaluate("window.neverReloaded = true")
    expect(page.get_by_test_id("acting-figures")).to_contain_text("turn 2 of 10 · calls 2 of 30")
    expect(page.get_by_test_id("turn-text").first).to_contain_text("<img src=x")
    # Its size is told; the result itself is fetched when somebody wants it.
    assert large not in page.content()
    card(page, 2).get_by_test_id("call-open").click()
    expect(card(page, 2)).to_contain_text("900,000 characters")
    expect(card(page, 2).get_by_test_id("call-result")).to_contain_text(large)
    assert len(card(page, 2).get_by_test_id("call-result").text_content() or "") == len(LARGE)
    expect(card(page, 2).get_by_test_id("call-arguments")).to_contain_text("<img src=x")
    page.get_by_role("button", name="Thinking").click()
    expect(page.get_by_test_id("turn-thinking")).to_have_text("They must know.")

    page.get_by_test_id("call-edit").click()
    field = page.get_by_test_id("call-arguments-field")
    expect(field).to_have_value(re.compile("team@example.org"))
    field.fill('{"to": }')
    page.get_by_test_id("call-approve-edited").click()
    expect(page.get_by_text("This is no JSON: line 1, column 8.")).to_be_visible()
    assert stored(hub, ids["asking"], 4)["status"] == "waiting"
    field.fill('{"to": "board@example.org"}')
    page.get_by_test_id("call-approve-edited").dblclick()
    for each in (page, watcher):
        expect(card(each, 4)).not_to_have_attribute("data-status", "waiting", timeout=LIVE_MS)
        expect(card(each, 4)).to_contain_text("edited")
        assert each.evaluate("window.neverReloaded") is True
        assert each.evaluate("window.hacked === undefined")
    assert stored(hub, ids["asking"], 4)["arguments"] == {"to": "board@example.org"}


def test_a_call_is_rejected_or_resolved_in_plain_words(acting_hub: tuple[HubProcess, Ids], new_page: NewPage) -> None:
    """A rejection needs a reason; who decides about an unknown one reads what may happen twice; old turns come late."""
    hub, ids = acting_hub
    page = new_page(f"{hub.url}/executions/{ids['refused']}", viewport={"width": 390, "height": 844})
    card(page, 4).get_by_test_id("call-reject").click(timeout=LIVE_MS)
    page.get_by_test_id("call-reject-submit").click()
    expect(page.get_by_text("Say why you reject it: the agent is told.")).to_be_visible()
    page.get_by_test_id("call-comment-field").fill("Not <b>now</b>")
    page.get_by_test_id("call-reject-submit").click()
    expect(card(page, 4)).to_have_attribute("data-status", "denied", timeout=LIVE_MS)
    expect(card(page, 4)).to_contain_text("Not <b>now</b>")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.goto(f"{hub.url}/executions/{ids['unknown']}")
    expect(card(page, 4)).to_contain_text("does it twice")
    assert violations(page) == []
    card(page, 4).locator('[data-testid="call-resolve"][data-how="fail"]').click()
    expect(card(page, 4).get_by_test_id("call-resolve")).to_have_count(0, timeout=LIVE_MS)
    poll(lambda: stored(hub, ids["unknown"], 4)["resolved"] == "fail")

    page.goto(f"{hub.url}/executions/{ids['many']}")
    expect(card(page, 200)).to_be_visible(timeout=LIVE_MS)
    assert page.locator('[data-testid="call"][data-kind="turn"]').count() == 21
    page.get_by_test_id("turns-earlier").click()
    expect(page.locator('[data-testid="call"][data-kind="turn"]')).to_have_count(200)


def ask_to_send(hub: HubProcess) -> int:
    """Start an agent that asks before it sends, offline, and return its execution once it waits."""
    poll(lambda: any(each["status"] == "ready" for each in hub.call("GET", "/api/tools")[1]["items"][1:]))
    tools = [{"server": "desk", "tool": name, "approval": how} for name, how in (("look_up", "auto"), ("send", "ask"))]
    values = {"name": "Quarter reporter", "model": "simulated", "tools": tools}
    agent = hub.call("POST", "/api/agents", values)[1]
    text = '[fast] [tool desk__look_up {"word": "Q3"}] [tool desk__send {"to": "everybody", "subject": "Q3"}]'
    execution_id = hub.start_test(text, agent["id"])
    poll(lambda: hub.execution(execution_id)["status"] == "waiting", 60)
    return execution_id


def test_two_browsers_watch_a_real_call_that_one_of_them_edits(
    acting_hub: tuple[HubProcess, Ids], new_page: NewPage
) -> None:
    """Asked, edited by keys alone, running and answered: both see each without a reload, and nothing jumps."""
    hub, _ = acting_hub
    office, execution_id = hub.data_dir.parent, ask_to_send(hub)
    page, watcher = (new_page(f"{hub.url}/executions/{execution_id}") for _ in range(2))
    asked = 4
    for each in (page, watcher):
        expect(card(each, asked)).to_have_attribute("data-status", "waiting", timeout=LIVE_MS)
        expect(card(each, asked).get_by_test_id("call-arguments")).to_contain_text("everybody")
        each.evaluate("window.neverReloaded = true")
    watcher.evaluate(f"() => {{ {OBSERVE} }}")
    assert violations(page) == []

    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("n")
    expect(card(page, asked).get_by_test_id("call-reject")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("call-comment-field")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page, asked).get_by_test_id("call-reject")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(card(page, asked).get_by_test_id("call-edit")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_test_id("call-arguments-field")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page, asked).get_by_test_id("call-edit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    field.fill('{"to": "board@example.org", "subject": "Q3"}')
    # Only what comes from here on.
    watcher.evaluate("() => { window.shifts = []; }")
    page.get_by_test_id("call-approve-edited").press("Enter")

    for each in (page, watcher):
        expect(card(each, asked)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
        expect(card(each, asked)).to_contain_text("board@example.org")
        expect(card(each, asked).locator(".ticker")).to_have_text(re.compile(r"\d:\d\d"))
    expect(card(page, asked)).to_be_focused()
    notes = office / "notes"
    poll(lambda: notes.exists() and "began board@example.org" in notes.read_text())
    # Unfolded while it runs, it shows what comes.
    card(watcher, asked).get_by_test_id("call-open").click()
    expect(card(watcher, asked)).to_contain_text("There is no result yet.")
    assert violations(page) == []
    (office / "gate").touch()
    for each in (page, watcher):
        expect(card(each, asked)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
        expect(card(each, asked)).to_contain_text("Sent to board@example.org.")
        assert each.evaluate("window.neverReloaded") is True
    expect(card(watcher, asked).get_by_test_id("call-result")).to_have_text("Sent to board@example.org.")
    (office / "gate").unlink()
    moved = watcher.evaluate("window.shifts")
    assert sum(each["value"] for each in moved) < SHIFT_MAX, json.dumps(moved, indent=1)
    expect(page.locator(".log")).to_contain_text("desk__send asks a person")
    expect(page.locator(".log")).to_contain_text("Sent to board@example.org.")


def test_a_stop_reaches_a_call_that_runs(acting_hub: tuple[HubProcess, Ids], new_page: NewPage) -> None:
    """Its server is told, the card says so, the page has the proof, and so has whoever watches."""
    hub, _ = acting_hub
    execution_id = ask_to_send(hub)
    page, watcher = (new_page(f"{hub.url}/executions/{execution_id}") for _ in range(2))
    card(page, 4).get_by_test_id("call-approve").click(timeout=LIVE_MS)
    for each in (page, watcher):
        expect(card(each, 4)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    notes = hub.data_dir.parent / "notes"
    poll(lambda: notes.exists() and "began everybody" in notes.read_text())
    page.get_by_test_id("execution-cancel").click()
    for each in (page, watcher):
        expect(card(each, 4)).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
        expect(card(each, 4)).to_contain_text("Whether it had its effect is not known")
        proof = each.get_by_test_id("stop-proof")
        expect(proof).to_contain_text("The server was told to cancel: desk__send.")
        # No stream was open, and the page speaks of none.
        expect(proof).to_contain_text(re.compile(r"Stop requested \d\d:\d\d:\d\d, over .* later\."))
        expect(each.get_by_text("calls cancelled")).to_be_visible()
        expect(each.get_by_text("stream closed")).to_have_count(0)
        expect(each.get_by_test_id("execution-status")).to_contain_text("Cancelled")
    poll(lambda: "cancelled everybody" in notes.read_text())
    stop = hub.execution(execution_id)["meta"]["stop"]
    assert (stop["calls"][0]["is_told"], stop["has_stream"]) == (True, False)
    assert violations(page) == []
    assert "sent everybody" not in notes.read_text()
