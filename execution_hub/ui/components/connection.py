"""How fresh the page is: live, polling, or stale since hh:mm. Only the browser can know."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import DATES, TICK, BrowserComponent
from execution_hub.ui.text import t

# What `data-stale-at` on the document says, as hh:mm; empty while the server is heard.
_STALE_TIME = """
const hubStaleTime = () => {
  const at = Number(document.documentElement.dataset.staleAt ?? 0);
  const clock = { timeStyle: "short", hourCycle: "h23" };
  return at ? hubFormat("DateTimeFormat", document.documentElement.lang, clock, at) : "";
};
"""

# The server is heard at least every 10 s (transport.PING_INTERVAL_SECONDS); twice that and a little is silence.
_CONNECTION = """
const HUB_SILENCE_MS = 25000;
const hubFreshness = () => {
  const hub = window.__executionHub;
  const isSilent = hub?.lastPacketAt && Date.now() - hub.lastPacketAt > HUB_SILENCE_MS;
  if (!hub?.connected || isSilent) return "stale";
  return hub.transport === "polling" ? "polling" : "live";
};
const HubConnection = ({ live, polling, stale, connecting }) => {
  const [state, setState] = useState("stale");
  const [since, setSince] = useState("");
  // Before the first paint: a page that is navigated to shows at once what the one before knew.
  useLayoutEffect(() => {
    const check = () => {
      const now = hubFreshness();
      const root = document.documentElement;
      if (now === "stale" && root.dataset.connection !== "stale") {
        const at = window.__executionHub?.lastPacketAt || 0;
        if (at) root.dataset.staleAt = String(at);
      }
      if (now !== "stale") delete root.dataset.staleAt;
      root.dataset.connection = now;
      setState(now);
      setSince(hubStaleTime());
    };
    const timer = setInterval(check, 500);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      clearInterval(timer);
      window.removeEventListener("hub:connection", check);
    };
  }, []);
  const text = { live, polling, stale: since ? stale.replace("{time}", since) : connecting }[state];
  return jsx(
    "span",
    { className: "conn", role: "status", "data-testid": "connection", "data-state": state },
    jsx("span", { className: "dot", "aria-hidden": true }),
    text,
  );
};
"""
_LAST_SEEN = """
const HubLastSeen = ({ text, className }) => {
  const time = useHubTick(1000) ? hubStaleTime() : "";
  return jsx("span", { className }, time && text.replace("{time}", time));
};
"""


class Connection(BrowserComponent):
    """See `connection`."""

    tag = "HubConnection"
    live: rx.Var[str]
    polling: rx.Var[str]
    stale: rx.Var[str]
    connecting: rx.Var[str]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the React hooks the snippet uses."""
        return {"react": [ImportVar(tag="useLayoutEffect"), ImportVar(tag="useState")]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (DATES, _STALE_TIME, _CONNECTION)


class LastSeen(BrowserComponent):
    """See `last_seen`."""

    tag = "HubLastSeen"
    text: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (TICK, DATES, _STALE_TIME, _LAST_SEEN)


def connection() -> rx.Component:
    """Show how fresh the page is; also sets `data-connection` on the document, which stops every clock when stale."""
    return Connection.create(
        live=t("connection.live"),
        polling=t("connection.polling"),
        stale=t("connection.stale", time="{time}"),
        connecting=t("connection.connecting"),
    )


def last_seen() -> rx.Component:
    """Say when something running was last heard of, while the page is stale; what follows it is hidden then."""
    return LastSeen.create(text=t("connection.last_seen", time="{time}"), class_name="last-seen")
