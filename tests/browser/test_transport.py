"""How a page reaches its hub: by websocket, by polling where that cannot be, always where it came from."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS, NewPage
from tests.support.proxy import Proxy
from tests.support.server import HubProcess, fetch

ProxyTo = Callable[..., Proxy]
SOON_MS = 60_000


def is_connected_by(page: Page, transport: str) -> None:
    """Wait until the page says that it is connected by this transport."""
    page.wait_for_function(
        "transport => window.__executionHub?.connected && window.__executionHub.transport === transport",
        arg=transport,
        timeout=LIVE_MS,
    )


def shows_what_starts(page: Page, hub: HubProcess) -> None:
    """Start a test elsewhere and see it in the page, without a reload."""
    page.evaluate("window.neverReloaded = true")
    row = f'[data-testid="history-row"][data-execution-id="{hub.start_test("[fast] seen by everybody")}"]'
    expect(page.locator(row)).to_have_attribute("data-status", "succeeded", timeout=SOON_MS)
    assert page.evaluate("window.neverReloaded")


def test_a_page_is_connected_by_websocket_and_hears_the_server(shared_hub: HubProcess, new_page: NewPage) -> None:
    page = new_page(shared_hub.url)
    is_connected_by(page, "websocket")
    assert page.evaluate("Date.now() - window.__executionHub.lastPacketAt") < LIVE_MS
    page.evaluate("window.addEventListener('hub:packet', () => { window.heard = true })")
    shows_what_starts(page, shared_hub)
    page.wait_for_function("() => window.heard", timeout=SOON_MS)


def test_behind_a_proxy_that_refuses_websockets_a_page_polls(
    shared_hub: HubProcess, new_page: NewPage, proxy_to: ProxyTo
) -> None:
    """It talks to the proxy's address, not to one from the build, and is there again after a cut."""
    proxy = proxy_to(shared_hub.port)
    page = new_page(proxy.url)
    is_connected_by(page, "polling")
    assert proxy.refused
    assert str(page.evaluate("window.__executionHub.socket.io.uri")).split("://")[1].startswith(proxy.url[7:])
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "polling", timeout=SOON_MS)
    shows_what_starts(page, shared_hub)
    proxy.cut()
    shows_what_starts(page, shared_hub)
    is_connected_by(page, "polling")


def test_behind_a_proxy_that_swallows_websockets_a_page_polls(
    shared_hub: HubProcess, new_page: NewPage, proxy_to: ProxyTo
) -> None:
    page = new_page(proxy_to(shared_hub.port, is_silent=True).url)
    is_connected_by(page, "polling")
    shows_what_starts(page, shared_hub)


def test_a_hub_told_to_poll_is_polled_without_new_pages(
    shared_hub: HubProcess, hub_process: Callable[..., HubProcess], new_page: NewPage
) -> None:
    """The shared hub has seen to the pages; this one takes no websocket, and offers none."""
    hub = hub_process(HUB_TRANSPORT="polling").start()
    assert "Building" not in hub.log.read_text()
    status, opened = fetch(f"{hub.url}/_event/?EIO=4&transport=polling")
    assert status == 200
    assert b'"upgrades":[]' in opened
    assert fetch(f"{hub.url}/_event/?EIO=4&transport=websocket")[0] == 400
    page = new_page(hub.url)
    is_connected_by(page, "polling")
    shows_what_starts(page, hub)
