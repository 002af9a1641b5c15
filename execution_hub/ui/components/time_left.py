"""How long it may still take: from what the like usually took, counted in the browser; no history, no guess."""

import reflex as rx

from execution_hub.ui.components.browser import _NOW, TICK, BrowserComponent, Wire
from execution_hub.ui.text import t

_TIME_LEFT = """
const hubTimeLeft = (ms) => {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
};
const HubTimeLeft = ({ clockFrom, usualMs, slowMs, left, soon, slow, className }) => {
  const isInBrowser = useHubTick(1000);
  if (!isInBrowser || !usualMs || !clockFrom) return null;
  const elapsed = hubNow() - Date.parse(clockFrom);
  const isSlow = elapsed > slowMs;
  const text = isSlow ? slow : elapsed < usualMs - 500 ? left.replace("{time}", hubTimeLeft(usualMs - elapsed)) : soon;
  return jsx("span", { className: isSlow ? `${className} slow` : className, "data-testid": "time-left" }, text);
};
"""

# Never quite full: nobody knows that it has ended before it has.
_TIME_BAR = """
const HubTimeBar = ({ clockFrom, usualMs, className }) => {
  const isInBrowser = useHubTick(1000);
  const share = isInBrowser && clockFrom ? (hubNow() - Date.parse(clockFrom)) / usualMs : 0;
  const width = `${Math.round(100 * Math.min(0.96, Math.max(0, share)))}%`;
  return jsx("span", { className, "aria-hidden": true }, jsx("i", { style: { width } }));
};
"""


class TimeBar(BrowserComponent):
    """See `time_bar`."""

    tag = "HubTimeBar"
    clock_from: rx.Var[str]
    usual_ms: rx.Var[int]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_NOW, TICK, _TIME_BAR)


class TimeLeft(BrowserComponent):
    """See `time_left`."""

    tag = "HubTimeLeft"
    clock_from: rx.Var[str]
    usual_ms: rx.Var[int]
    slow_ms: rx.Var[int]
    left: rx.Var[str]
    soon: rx.Var[str]
    slow: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_NOW, TICK, _TIME_LEFT)


def time_left(clock_from: Wire, usual_ms: "rx.Var[int] | int", slow_ms: "rx.Var[int] | int") -> rx.Component:
    """Show about how long something still takes, that it ends soon, or that it is slower than usual.

    Args:
        clock_from: When it would have started if it had run without a pause, ISO 8601.
        usual_ms: The median of the like, milliseconds; 0 shows nothing.
        slow_ms: Their 95th percentile, milliseconds.
    """
    return TimeLeft.create(
        clock_from=clock_from,
        usual_ms=usual_ms,
        slow_ms=slow_ms,
        left=t("left.about", time="{time}"),
        soon=t("left.soon"),
        slow=t("left.slow"),
        class_name="time-left",
    )


def time_bar(clock_from: Wire, usual_ms: "rx.Var[int] | int") -> rx.Component:
    """Show how much of the usual time has passed; arguments as for `time_left`."""
    return TimeBar.create(clock_from=clock_from, usual_ms=usual_ms, class_name="pb")
