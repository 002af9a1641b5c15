"""The only browser code: what no server can know, the time that passes and the keys that are pressed.

Each snippet is one React component and names itself `Hub…`. All of them read the same clock, the
server's, and stand still while the connection is stale: nothing pretends to go on.
"""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.text import LOCALE

Wire = rx.Var[str] | str

_REACT = {"react": [ImportVar(tag=hook) for hook in ("useEffect", "useRef", "useState", "useSyncExternalStore")]}

# Puts values into words of the catalogue, as `say` does in Python.
FILL = """
const hubFill = (words, values) => words.replace(/\\{(\\w+)\\}/g, (all, name) => values[name] ?? all);
"""

# Milliseconds since 1970 by the server's clock; while the page is stale, when it was last heard.
_NOW = """
const hubNow = () => {
  const staleAt = Number(document.documentElement.dataset.staleAt ?? 0);
  return (staleAt || Date.now()) + (window.__hubSkew ?? 0);
};
"""
# Renders again every so often. False on the server and while its page is taken over by the browser (React
# would keep the server's text otherwise), true from then on.
TICK = """
const hubNever = () => () => {};
const useHubTick = (everyMs) => {
  const [, setTick] = useState(0);
  const isInBrowser = useSyncExternalStore(hubNever, () => true, () => false);
  useEffect(() => {
    const timer = setInterval(() => setTick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return isInBrowser;
};
"""
# To make a formatter takes the browser longer than to draw a row: each is made once.
DATES = """
const hubFormats = {};
const hubFormat = (kind, locale, options, ...values) => {
  const key = kind + locale + JSON.stringify(options);
  return (hubFormats[key] ??= new Intl[kind](locale, options)).format(...values);
};
const hubExact = (locale, time) =>
  hubFormat("DateTimeFormat", locale, { dateStyle: "medium", timeStyle: "medium" }, time);
"""
_TICKER = """
const hubElapsed = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
const HubTicker = ({ startedAt, finishedAt, className }) => {
  const isInBrowser = useHubTick(500);
  const end = finishedAt ? Date.parse(finishedAt) : isInBrowser ? hubNow() : 0;
  const text = startedAt && end ? hubElapsed(end - Date.parse(startedAt)) : "";
  return jsx("span", { className }, text);
};
"""
_AGO = """
const HUB_NEAR_PAST = [["second", 1, 60], ["minute", 60, 60], ["hour", 3600, 24], ["day", 86400, 7]];
const hubAgo = (locale, time, now) => {
  const seconds = Math.max(0, (now - time) / 1000);
  if (seconds < 3) return hubFormat("RelativeTimeFormat", locale, { numeric: "auto" }, 0, "second");
  const near = HUB_NEAR_PAST.find(([, size, most]) => seconds < size * most);
  if (!near) return hubFormat("DateTimeFormat", locale, { dateStyle: "medium" }, time);
  return hubFormat("RelativeTimeFormat", locale, { style: "short" }, -Math.floor(seconds / near[1]), near[0]);
};
const HubAgo = ({ at, locale, className }) => {
  const isInBrowser = useHubTick(5000);
  if (!at || !isInBrowser) return jsx("time", { className });
  const time = new Date(at);
  const text = hubAgo(locale, time, hubNow());
  return jsx("time", { className, dateTime: at, title: hubExact(locale, time) }, text);
};
"""
_CLOCK = """
const HubClock = ({ at, locale, className }) => {
  const isInBrowser = useHubTick(3600000);
  if (!at || !isInBrowser) return jsx("time", { className });
  const time = new Date(at);
  const text = hubFormat("DateTimeFormat", locale, { timeStyle: "medium", hourCycle: "h23" }, time);
  return jsx("time", { className, dateTime: at, title: hubExact(locale, time) }, text);
};
"""
# A page that is navigated to or loaded again is first given the time that was told before: minutes old by now.
_SERVER_CLOCK = """
const HUB_TIME_KEY = "hub-server-time";
const HubServerClock = ({ serverTime }) => {
  useEffect(() => {
    if (!serverTime || sessionStorage.getItem(HUB_TIME_KEY) === String(serverTime)) return;
    sessionStorage.setItem(HUB_TIME_KEY, String(serverTime));
    window.__hubSkew = serverTime - Date.now();
  }, [serverTime]);
  return null;
};
"""
_SHORTCUTS = """
const HubShortcuts = () => {
  useEffect(() => {
    const isTyping = (target) =>
      target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
    const move = (step) => {
      const rows = [...document.querySelectorAll(".rows a.row")];
      const at = rows.indexOf(document.activeElement.closest(".line")?.querySelector("a.row"));
      rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
    };
    const onKey = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const actions = {
        Escape: () => document.querySelector('[data-act="clear"]')?.click(),
        "/": () => document.querySelector('[data-testid="search"]')?.focus(),
        "?": () => document.getElementById("shortcuts-help")?.showModal(),
        j: () => move(1),
        k: () => move(-1),
      };
      // What is done to the row that has the focus: its own controls are pressed, so that they decide.
      const tools = { x: ".pick input", c: '[data-act="stop"]', r: '[data-act="again"]' };
      const line = event.target.closest?.(".line");
      const tool = line && tools[event.key] && line.querySelector(tools[event.key]);
      if (tool && !event.repeat) actions[event.key] = () => tool.click();
      if (actions[event.key]) {
        event.preventDefault();
        actions[event.key]();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return null;
};
"""
_SCROLL_HOLD = """
const HubScrollHold = ({ onHold }) => {
  const tell = useRef(onHold);
  tell.current = onHold;
  useEffect(() => {
    let held = false;
    const canHover = window.matchMedia("(hover: hover)").matches;
    const check = () => {
      const isOnRow = document.activeElement?.matches?.(".rows a.row:focus-visible") ?? false;
      // A row that comes must not put another one's buttons under the pointer.
      const isAiming = document.querySelector(".rows :is(.tools, .pick):hover") !== null;
      const now = window.scrollY > 120 || isOnRow || (canHover && isAiming);
      if (now !== held) {
        held = now;
        tell.current(held);
      }
    };
    const later = () => setTimeout(check, 0);
    window.addEventListener("scroll", check, { passive: true });
    document.addEventListener("focusin", later);
    document.addEventListener("focusout", later);
    document.addEventListener("pointerover", check, { passive: true });
    return () => {
      window.removeEventListener("scroll", check);
      document.removeEventListener("pointerover", check);
      document.removeEventListener("focusin", later);
      document.removeEventListener("focusout", later);
    };
  }, []);
  return null;
};
"""


class BrowserComponent(rx.Component):
    """A component whose code is here instead of in a package."""

    def add_imports(self) -> dict[str, Any]:
        """Ask for the React hooks the snippets use."""
        return _REACT

    def add_custom_code(self) -> list[str]:
        """Give the page the snippets, each once."""
        return list(type(self).code())

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """Return the snippets, in the order in which they need each other."""
        return ()


class Ticker(BrowserComponent):
    """See `ticker`."""

    tag = "HubTicker"
    started_at: rx.Var[str]
    finished_at: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_NOW, TICK, _TICKER)


class Ago(BrowserComponent):
    """See `ago`."""

    tag = "HubAgo"
    at: rx.Var[str]
    locale: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_NOW, TICK, DATES, _AGO)


class Clock(BrowserComponent):
    """See `clock`."""

    tag = "HubClock"
    at: rx.Var[str]
    locale: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (TICK, DATES, _CLOCK)


class ServerClock(BrowserComponent):
    """See `server_clock`."""

    tag = "HubServerClock"
    server_time: rx.Var[float]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_SERVER_CLOCK,)


class Shortcuts(BrowserComponent):
    """See `shortcuts`."""

    tag = "HubShortcuts"

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_SHORTCUTS,)


class ScrollHold(BrowserComponent):
    """See `scroll_hold`."""

    tag = "HubScrollHold"
    on_hold: rx.EventHandler[passthrough_event_spec(bool)]  # type: ignore[type-arg,valid-type]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_SCROLL_HOLD,)


def ticker(started_at: Wire, finished_at: Wire = "") -> rx.Component:
    """Show how long something has been running, counted in the browser: 0:42, 1:02:03.

    Args:
        started_at: When it began, ISO 8601.
        finished_at: When it ended; empty while it goes on.
    """
    return Ticker.create(started_at=started_at, finished_at=finished_at, class_name="ticker")


def ago(at: Wire) -> rx.Component:
    """Show how long ago something was, with the exact time on hover.

    Args:
        at: When, ISO 8601.
    """
    return Ago.create(at=at, locale=LOCALE, class_name="ago")


def clock(at: Wire) -> rx.Component:
    """Show a time of day in the reader's zone, with the date on hover.

    Args:
        at: When, ISO 8601.
    """
    return Clock.create(at=at, locale=LOCALE, class_name="clock")


def server_clock(server_time: rx.Var[float]) -> rx.Component:
    """Set the page's clock by the server's, so that a wrong clock of this machine shows nowhere.

    Args:
        server_time: The server's time when it was sent, milliseconds since 1970.
    """
    return ServerClock.create(server_time=server_time)


def shortcuts() -> rx.Component:
    """Listen to the keys: / search, j and k move, x c r act on the row, ? help; never while something is typed."""
    return Shortcuts.create()


def scroll_hold(on_hold: Any) -> rx.Component:
    """Tell the server when the person reads further down, stands on a row or aims at its buttons, and when no longer.

    Args:
        on_hold: Called with a boolean, only when it changes.
    """
    return ScrollHold.create(on_hold=on_hold)
