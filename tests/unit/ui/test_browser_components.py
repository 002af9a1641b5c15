"""The browser code: what compiles into the pages, and what its snippets compute, run by Node."""

import json
import re
import subprocess
import sysconfig
from collections import Counter
from pathlib import Path

import pytest
import reflex as rx

from execution_hub.ui.components import browser, connection
from tests.support.server import ROOT

AT = "2026-11-24T10:00:00.000Z"
HOOKS = ("useEffect", "useLayoutEffect", "useRef", "useState", "useSyncExternalStore")


class Listener(rx.State):
    """Takes what `scroll_hold` tells."""

    @rx.event
    def hold(self, is_held: bool) -> None:
        """Take it."""


def _wrappers() -> dict[str, rx.Component]:
    return {
        "HubTicker": browser.ticker(AT),
        "HubAgo": browser.ago(AT),
        "HubClock": browser.clock(AT),
        "HubServerClock": browser.server_clock(rx.Var.create(1.0)),
        "HubShortcuts": browser.shortcuts(),
        "HubScrollHold": browser.scroll_hold(Listener.hold),
        "HubConnection": connection.connection(),
        "HubLastSeen": connection.last_seen(),
    }


def _code_of(component: rx.Component) -> str:
    return "\n".join(component._get_all_custom_code())


def _run(code: str, expression: str) -> object:
    script = f"{code}\nconsole.log(JSON.stringify({expression}));"
    node = Path(sysconfig.get_path("scripts")) / "node"
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("tag", _wrappers())
def test_a_wrapper_renders_the_component_its_code_defines_once(tag: str) -> None:
    """A wrapper renders the component that its custom code defines, and defines each name once."""
    component = _wrappers()[tag]
    names = re.findall(r"^const (\w+) =", _code_of(component), re.MULTILINE)
    assert component.render()["name"] == tag
    assert tag in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("tag", _wrappers())
def test_a_wrapper_imports_every_hook_it_uses_and_no_package(tag: str) -> None:
    """A wrapper imports from React each hook that its code calls, and depends on no other package."""
    component = _wrappers()[tag]
    used = {hook for hook in HOOKS if f"{hook}(" in _code_of(component)}
    imports = component.add_imports()
    imported = {name.tag for name in component._get_all_imports()["react"]}
    assert set(imports) <= {"react"}
    assert used <= imported


@pytest.mark.parametrize("tag", _wrappers())
def test_a_snippet_has_nothing_left_of_python_formatting(tag: str) -> None:
    """A snippet is plain JavaScript that parses: no doubled braces, no Python words."""
    code = _code_of(_wrappers()[tag])
    assert "{{" not in re.sub(r"=> \({{", "", code)
    assert not re.search(r"\b(None|True|False|self)\b", code)
    assert _run(code, "true") is True


def test_all_wrappers_fit_on_one_page() -> None:
    """A page with all wrappers holds each shared snippet once, so that no name clashes."""
    names = re.findall(r"^const (\w+) =", _code_of(rx.fragment(*_wrappers().values())), re.MULTILINE)
    assert len(names) == len(set(names))


def test_every_name_of_the_browser_code_is_declared_once() -> None:
    """In all of the pages' code, whichever components meet on a page: two of a name end the build."""
    code = [path.read_text("utf-8") for path in sorted((ROOT / "execution_hub" / "ui" / "components").glob("*.py"))]
    names = Counter(
        name for text in code for name in re.findall(r"^(?:const|let|function|class) (\w+) ?[=({]", text, re.MULTILINE)
    )
    assert len(names) > 50
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(-5, "0:00"), (42_999, "0:42"), (725_000, "12:05"), (3_723_000, "1:02:03")],
)
def test_a_ticker_writes_elapsed_time_like_a_stopwatch(milliseconds: int, text: str) -> None:
    """A ticker writes minutes and seconds, hours from the first on, and never less than nothing."""
    assert _run(_code_of(browser.ticker(AT)), f"hubElapsed({milliseconds})") == text


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Nov 24, 2026, 10:00:00 AM"),
        ("fr", "24 nov. 2026, 10:00:00"),
        ("zh-CN", "2026年11月24日 10:00:00"),
    ],
)
def test_an_exact_time_is_written_by_one_formatter_for_all(locale: str, text: str) -> None:
    """The second time of a language comes from the formatter of the first: to make one is slow."""
    both = f"[hubExact('{locale}', time), hubExact('{locale}', time), Object.keys(hubFormats).length]"
    found = _run(_code_of(browser.ago(AT)) + f"\nconst time = new Date('{AT[:-1]}');", both)
    # ICU writes a narrow space before AM.
    assert json.loads(json.dumps(found, ensure_ascii=False).replace("\u202f", " ")) == [text, text, 1]


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("en", ["now", "59 sec. ago", "1 min. ago", "2 hr. ago", "6 days ago", "Nov 17, 2026"]),
        ("fr", ["maintenant", "il y a 59 s", "il y a 1 min", "il y a 2 h", "il y a 6 j", "17 nov. 2026"]),
        ("zh-CN", ["现在", "59秒前", "1分钟前", "2小时前", "6天前", "2026年11月17日"]),
    ],
)
def test_the_past_is_told_in_the_words_of_any_language(locale: str, texts: list[str]) -> None:
    """As the browser knows them: from seconds to a week, then the date."""
    times = [-5, 59, 119, 3 * 3600 - 1, 7 * 86400 - 1, 7 * 86400]
    code = f"{_code_of(browser.ago(AT))}\nconst now = Date.parse('{AT[:-1]}');"
    found = _run(code, f"{times}.map((s) => hubAgo('{locale}', new Date(now - 1000 * s), now)).join('|')")
    # French has spaces that no line breaks at.
    assert str(found).replace("\xa0", " ").split("|") == texts


def test_a_stale_page_says_since_when_on_the_clock_of_any_language() -> None:
    """Hours and minutes, also for who would write AM and PM."""
    at = "Date.parse('2026-11-24T00:05:00')"
    page = f"globalThis.document = {{ documentElement: {{ lang: 'en', dataset: {{ staleAt: {at} }} }} }};\n"
    assert _run(page + _code_of(connection.last_seen()), "hubStaleTime()") == "00:05"


@pytest.mark.parametrize(
    ("hub", "state"),
    [
        ("undefined", "stale"),
        ("{ connected: false, transport: null, lastPacketAt: Date.now() }", "stale"),
        ("{ connected: true, transport: 'websocket', lastPacketAt: 0 }", "live"),
        ("{ connected: true, transport: 'websocket', lastPacketAt: Date.now() - 9000 }", "live"),
        ("{ connected: true, transport: 'polling', lastPacketAt: Date.now() }", "polling"),
        ("{ connected: true, transport: 'websocket', lastPacketAt: Date.now() - 26000 }", "stale"),
    ],
)
def test_freshness_is_what_the_connection_proves(hub: str, state: str) -> None:
    """A page is live or polling while connected and heard of, and stale otherwise."""
    code = f"globalThis.window = {{ __executionHub: {hub} }};\n" + _code_of(connection.connection())
    assert _run(code, "hubFreshness()") == state


def test_time_stands_still_while_the_page_is_stale() -> None:
    """While stale, every clock reads the time the server was last heard, by the server's clock."""
    page = (
        "globalThis.window = { __hubSkew: 5 };\n"
        "globalThis.document = { documentElement: { dataset: { staleAt: '7' } } };\n"
    )
    assert _run(page + _code_of(browser.ticker(AT)), "hubNow()") == 12
