"""The page Tools, as a person who looks after servers of tools, and tries what they offer."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.axe import violations
from tests.support.browser import note, noted
from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess, poll
from tests.support.tool_servers import TOKEN, faults, legacy, write_file

MANY = 45
# Every status that a server had, in order.
STATUSES = """[...document.querySelectorAll('[data-testid="tool-server"][data-server="faults"]')].map(
  (each) => each.dataset.status)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tools")


@pytest.fixture(scope="module")
def tool_hub(folder: Path) -> Iterator[HubProcess]:
    """Yield a hub with servers: one with every fault, one with many tools, one that cannot start."""
    flawed = {**faults("ok", NOTE_FILE=str(folder / "note")), "hub": {"idempotent": ["echo"]}}
    file = write_file(folder, {"faults": flawed, "many": legacy(str(MANY - 3)), "ended": faults("end")})
    hub = HubProcess(folder / "data", HUB_MCP_FILE=str(file), TOKEN=TOKEN).start()
    yield hub
    hub.kill()


def server(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="tool-server"][data-server="{name}"]')


def open_tool(page: Page, key: str) -> Locator:
    """Unfold a tool and return it."""
    tool = page.locator(f'[data-testid="tool"][data-tool="{key}"]')
    tool.get_by_test_id("tool-open").click()
    expect(tool.get_by_test_id("try-panel")).to_be_visible()
    return tool


def ready(page: Page) -> None:
    """Wait until the server of faults is ready."""
    expect(server(page, "faults")).to_have_attribute("data-status", "ready", timeout=60_000)


def test_a_server_that_dies_and_comes_back_is_seen_to_on_an_open_page(tool_hub: HubProcess, new_page: NewPage) -> None:
    """Status in words, the last error whole, what was left out; many tools are folded, and found by a word."""
    page = new_page("about:blank")
    open_page(page, tool_hub, "/tools")
    ready(page)
    expect(server(page, "hub")).to_contain_text("built in")
    expect(server(page, "faults").get_by_test_id("server-note")).to_contain_text("The tool 'a/path' is left out")
    expect(server(page, "ended")).to_have_attribute("data-status", "failed", timeout=LIVE_MS)
    expect(server(page, "ended").get_by_test_id("server-error")).to_contain_text("cannot start: no licence")
    expect(page.get_by_test_id("tools-how-to")).to_have_count(0)

    lines = server(page, "many").get_by_test_id("tool")
    expect(lines).to_have_count(20)
    server(page, "many").get_by_test_id("server-more").click()
    expect(lines).to_have_count(MANY)
    page.get_by_test_id("tools-search").fill(f"TOOL_{MANY - 4}")
    expect(page.get_by_test_id("tool")).to_have_count(1)
    page.get_by_test_id("tools-search").fill("")
    expect(server(page, "faults")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".tool-open:focus")).to_have_count(1)

    note(page, STATUSES)
    family = psutil.Process(tool_hub.pid).children(recursive=True)
    (process,) = [each for each in family if each.cmdline()[-1:] == ["ok"]]
    process.kill()
    # It may be seen starting in between.
    poll(lambda: [each for each in noted(page) if each != ["starting"]][:3] == [["ready"], ["failed"], ["ready"]])


def test_a_tool_is_tried_and_stopped_without_a_model(tool_hub: HubProcess, folder: Path, new_page: NewPage) -> None:
    """What does not fit is told with its path and calls nothing; a result tells its size; one press is one call."""
    tools = [{"server": "faults", "tool": "echo", "approval": "auto"}]
    tool_hub.call("POST", "/api/agents", {"name": "Echoes", "model": "simulated", "tools": tools})
    page = new_page("about:blank")
    open_page(page, tool_hub, "/tools")
    ready(page)
    tool = open_tool(page, "faults/echo")
    expect(tool.get_by_test_id("schema-rows")).to_contain_text("text")
    expect(tool.get_by_test_id("tool-uses").get_by_role("link")).to_have_text("Echoes")
    expect(tool.get_by_test_id("tool-detail")).to_contain_text("the hub's admin says that it may be")
    problem, outcome = tool.locator("#try-problem"), page.get_by_test_id("try-outcome")
    field, run = tool.locator('[data-argument="text"]'), tool.get_by_test_id("try-run")

    tool.locator("summary", has_text="Arguments as JSON").click()
    tool.get_by_test_id("try-json").fill('{"text": 5}')
    run.click()
    expect(problem).to_contain_text("$.text: 5 is not of type 'string'")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(outcome).to_have_count(0)
    tool.get_by_test_id("try-json").fill("{")
    run.click()
    expect(problem).to_contain_text("This is no JSON: line 1, column 2.")
    tool.get_by_test_id("try-json").fill("")
    expect(problem).to_have_text("")
    field.fill("<b>hello</b>")
    run.click()
    expect(outcome).to_have_attribute("data-status", "succeeded")
    expect(page.get_by_test_id("try-result")).to_have_text("<b>hello</b>")
    expect(outcome).to_contain_text("12 characters")
    assert violations(page) == []

    tool = open_tool(page, "faults/hang")
    tool.get_by_test_id("try-run").dblclick()
    expect(outcome).to_have_attribute("data-status", "running")
    expect(tool.get_by_test_id("try-run")).to_be_disabled()
    tool.get_by_test_id("tool-open").click()
    expect(page.get_by_test_id("other-try")).to_contain_text("faults/hang is being tried.")
    note_file = folder / "note"
    poll(lambda: note_file.exists() and note_file.read_text() == "hanging")
    page.get_by_test_id("other-try").get_by_test_id("try-stop").click()
    expect(page.get_by_test_id("other-try")).to_have_count(0)
    poll(lambda: note_file.read_text() == "cancelled")
    open_tool(page, "faults/hang")
    expect(outcome).to_have_attribute("data-status", "cancelled")
    expect(outcome).to_contain_text("Its server was told to stop.")

    for name, told in (
        ("big", "5,000,000 characters"),
        ("secret", "the secret is [secret TOKEN]"),
        ("fail", "The tool says that it failed"),
        ("die", "Failed"),
    ):
        open_tool(page, f"faults/{name}").get_by_test_id("try-run").click()
        expect(outcome).to_contain_text(told)
    ready(page)
    assert TOKEN not in page.content()


def test_without_a_file_the_page_says_how_a_server_is_added(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The built-in server is there; the settings say that no file is set, and lead here."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/settings")
    expect(page.get_by_test_id("settings-tools")).to_contain_text("None but the built-in one")
    page.locator("main").get_by_role("link", name="Look at them, and try them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tools")
    expect(page.get_by_test_id("tools-how-to")).to_contain_text("HUB_MCP_FILE=/path/to/mcp.json")
    expect(page.get_by_test_id("tool-server")).to_have_count(1)
    tool = open_tool(page, "hub/calculate")
    tool.locator("[data-argument]").first.fill("6 * 7")
    tool.get_by_test_id("try-run").click()
    expect(page.get_by_test_id("try-result")).to_have_text("42")
