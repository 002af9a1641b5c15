"""Real Chromium, driven by Playwright: Debian's, never a downloaded one.

Its headless shell, where it is there: the same engine without the program around it. A page opened takes a third less
of the processor's time.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# When to give up, not how fast it must be: a busy machine may be twenty times slower.
DEADLINE_MS = 30_000
expect.set_options(timeout=DEADLINE_MS)
# Chromium takes the last of such lists, so this one repeats Playwright's own (lib/coreBundle.js, `disabledFeatures`).
DISABLED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # The address bar's popups are pages in a process of their own: 0.6 s of processor for every page opened.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)
ARGUMENTS = (
    f"--disable-features={','.join(DISABLED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# What the pages' policy refuses, told by its event. Chromium's own message also comes where nothing is refused: it
# tells whoever inspects that a picture which it has in memory already was a forbidden connection.
REFUSED = "The page's policy refused "
WATCH_POLICY = f"""
window.violations = [];
document.addEventListener("securitypolicyviolation", (each) => {{
  const told = `${{each.violatedDirective}} ${{each.blockedURI}} ${{each.sourceFile}}:${{each.lineNumber}}`;
  window.violations.push(told);
  console.error({REFUSED!r} + told);
}});
"""

# https://web.dev/articles/cls: a shift's value, and what moved from where to where.
OBSERVE = """
window.shifts = [];
new PerformanceObserver((list) => {
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
  const name = (node) => node ? `${node.nodeName} ${node.className ?? ""}` : "gone";
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map((each) =>
      `${name(each.node)}: ${box(each.previousRect)} to ${box(each.currentRect)}`);
    window.shifts.push({ value: entry.value, at: Math.round(entry.startTime), moved });
  }
}).observe({ type: "layout-shift", buffered: true });
"""

# Asks the page what it shows, twenty times a second, and keeps each new answer.
_NOTE = """
() => {
  const text = (id) => document.querySelector('[data-testid="' + id + '"]')?.textContent ?? "";
  const look = () => (EXPRESSION);
  window.noted = [];
  let last = "";
  setInterval(() => {
    const found = JSON.stringify(look());
    if (found !== last) window.noted.push(JSON.parse((last = found)));
  }, 50);
}
"""


def note(page: Page, expression: str) -> None:
    """Let a page note for itself what it shows: a look from outside may come too late on a busy machine.

    Args:
        page: Which page.
        expression: JavaScript for a JSON value; `text(id)` gives the text of a test id, empty if it is not there.
    """
    # Not handed over as a text: the pages' policy lets nothing be evaluated.
    page.evaluate(_NOTE.replace("EXPRESSION", expression))


def noted(page: Page) -> list[Any]:
    """Return what a page has noted, in order, each value once in a row; fails if it was loaded again since."""
    found: list[Any] = page.evaluate("window.noted")
    return found


def chromium_path() -> str:
    """Return where Chromium is; fails when it is nowhere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "There is no Chromium here. Install Debian's package chromium-headless-shell."
    return found


class OneBrowser:
    """The browser of a whole run, and the event loop that Playwright keeps running for it in this thread."""

    def __init__(self, playwright: Playwright) -> None:
        """Launch it."""
        self._playwright = playwright
        self.loop = asyncio._get_running_loop()
        self.browser = self._launch()

    def alive(self) -> Browser:
        """Return the browser, another one if Chromium has crashed: that costs the test it happened in, no more."""
        if not self.browser.is_connected():
            self.browser = self._launch()
        return self.browser

    def _launch(self) -> Browser:
        return self._playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))


@pytest.fixture(scope="session")
def one_browser() -> Iterator[OneBrowser]:
    """Yield the browser; its loop is not the running one until a module asks for `chromium`."""
    with sync_playwright() as playwright:
        found = OneBrowser(playwright)
        asyncio._set_running_loop(None)
        yield found
        asyncio._set_running_loop(found.loop)
        found.browser.close()


@pytest.fixture(scope="module")
def chromium(one_browser: OneBrowser) -> Iterator[OneBrowser]:
    """Yield the browser to the tests of a module; between modules asynchronous tests can begin loops of their own."""
    asyncio._set_running_loop(one_browser.loop)
    yield one_browser
    asyncio._set_running_loop(None)


@pytest.fixture
def new_page(chromium: OneBrowser) -> Iterator[Callable[..., Page]]:
    """Return what opens a page in a browser context of its own.

    Nothing moves there unless `reduced_motion` is told otherwise: drawing what glows, without a graphics card, takes
    more of the processor than the hub that is tested.

    A script error there fails the test, and so does what the pages' policy refuses, unless the page `may_break_policy`:
    by whatever transport, and whoever serves it.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def refused(message: ConsoleMessage) -> None:
        if message.text.startswith(REFUSED):
            faults.append(message.text)

    def make(url: str, *, may_break_policy: bool = False, **options: Any) -> Page:
        settings = {
            "viewport": {"width": 1440, "height": 900},
            "locale": "en-US",
            "color_scheme": "dark",
            "reduced_motion": "reduce",
            **options,
        }
        contexts.append(chromium.alive().new_context(**settings))
        contexts[-1].add_init_script(WATCH_POLICY)
        page = contexts[-1].new_page()
        page.set_default_timeout(DEADLINE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        if not may_break_policy:
            page.on("console", refused)
        page.goto(url)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults, f"script errors in the page: {faults}"
