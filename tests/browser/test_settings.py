"""The page Settings, as a person who wants to know how the hub is set up, and to change what can be changed there."""

from playwright.sync_api import expect

from execution_hub.version import VERSION
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess, fetch, poll

KEY = "test-key-not-secret"
# Notes when the head of the page says one thing about the connection, and the page another.
OBSERVE = """
window.contradictions = [];
new MutationObserver(() => {
  const head = document.querySelector('[data-testid="connection"]')?.dataset.state;
  const word = [...document.querySelectorAll('main span')].map((each) => each.textContent);
  if (head === 'live' && word.includes('Not connected')) window.contradictions.push(performance.now());
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""


def test_the_page_says_how_the_hub_is_set_up_and_never_the_key(claude_hub: HubProcess, new_page: NewPage) -> None:
    """Version, health, key, size; every link of it leads somewhere; queue, look and language are changed there."""
    hub, page = claude_hub, new_page(claude_hub.url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    page.get_by_test_id("settings-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    expect(page.get_by_test_id("settings-version")).to_contain_text(VERSION)
    expect(page.get_by_test_id("settings-health")).to_contain_text("Database and engine work")
    expect(page.get_by_test_id("settings-key").first).to_contain_text("Found")
    expect(page.get_by_test_id("settings-key").first).to_contain_text("ANTHROPIC_API_KEY")
    expect(page.get_by_test_id("settings-size")).to_contain_text("B")
    expect(page.get_by_text("hub.sqlite3")).to_be_visible()
    expect(page.get_by_text("Live, by websocket")).to_be_visible()
    expect(page.get_by_test_id("settings-prices").locator("tbody tr").first).to_contain_text("published")
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".setting", has_text="HUB_WEBHOOK_SECRET")).to_contain_text("Not set")
    assert KEY not in page.content()
    links = page.locator("main a[target=_blank]")
    for address in {links.nth(n).get_attribute("href") for n in range(links.count())}:
        assert fetch(f"{hub.url}{address}")[0] == 200, address

    page.get_by_test_id("settings-queue").click()
    expect(page.get_by_test_id("settings-queue-state")).to_contain_text("Paused")
    assert hub.call("GET", "/api/queue")[1]["is_paused"] is True
    page.get_by_test_id("settings-queue").click()
    poll(lambda: hub.call("GET", "/api/queue")[1]["is_paused"] is False)

    page.get_by_role("button", name="Light", exact=True).click()
    expect(page.locator("html")).to_have_class("light")
    expect(page.get_by_role("button", name="Light", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="As the system").click()
    expect(page.locator("html")).to_have_class("dark")
    page.get_by_role("group", name="Language").get_by_role("button").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置")


def test_the_page_and_its_head_say_the_same_of_the_connection(claude_hub: HubProcess, new_page: NewPage) -> None:
    """Where the head says that the page is live, the page does not say for a moment more that it is not."""
    page = new_page(claude_hub.url)
    page.add_init_script(OBSERVE)
    for _ in range(3):
        page.goto(f"{claude_hub.url}/settings")
        expect(page.get_by_text("Live, by websocket")).to_be_visible(timeout=LIVE_MS)
        assert page.evaluate("window.contradictions") == []
