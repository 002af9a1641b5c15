"""The steps of an execution in time: one line each, placed and grown in the browser."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent, Ticker
from execution_hub.ui.components.steps import ICONS, KEEP, step_words
from execution_hub.ui.text import t
from execution_hub.views.graph import WaterfallBar

_HOOKS = ("memo", "useEffect", "useMemo", "useRef", "useState", "useSyncExternalStore")

# Places are percent of the whole span: from the first step that was ready to the last that ended. While
# something goes on the span ends at the next round time, so that bars grow and nothing shrinks all the while.
_SPAN = """
const HUB_ROUND_SECONDS = [5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400];
const hubTime = (text) => (text ? Date.parse(text) : NaN);
const hubFirst = (...times) => times.find((time) => !Number.isNaN(time));
const hubIsOpen = ({ status, queued_at }) =>
  status === "running" || status === "waiting" || (status === "pending" && queued_at !== "");
const hubSpan = (bars, now) => {
  const times = bars.flatMap((bar) => [hubTime(bar.queued_at), hubTime(bar.started_at), hubTime(bar.finished_at)]);
  const told = times.filter((time) => !Number.isNaN(time));
  if (!told.length) return null;
  const start = Math.min(...told);
  const last = Math.max(...told);
  if (!bars.some(hubIsOpen)) return { start, length: Math.max(1, last - start) };
  const passed = (Math.max(last, now) - start) / 1000;
  const days = 86400 * Math.ceil(passed / 86400);
  return { start, length: 1000 * (HUB_ROUND_SECONDS.find((seconds) => seconds > passed) ?? days) };
};
const hubBar = (bar, span, now) => {
  const place = (from, to) => ({
    left: Math.max(0, ((from - span.start) / span.length) * 100),
    width: Math.max(0, ((to - from) / span.length) * 100),
  });
  const [queued, started, finished] = [hubTime(bar.queued_at), hubTime(bar.started_at), hubTime(bar.finished_at)];
  const end = hubFirst(finished, hubIsOpen(bar) ? Math.max(now, hubFirst(started, queued) ?? now) : NaN);
  const waitedTo = hubFirst(started, end);
  const hasWaited = !Number.isNaN(queued) && waitedTo > queued;
  return {
    lead: hasWaited ? place(queued, waitedTo) : null,
    main: !Number.isNaN(started) && end !== undefined ? place(started, end) : null,
  };
};
"""

# Every line is drawn anew only when it has changed: most of them stand still while a few grow.
_LINE = """
const hubPlace = (place) => (place ? `${place.left.toFixed(2)}% ${place.width.toFixed(2)}%` : "");
const hubFallPart = (className, place) => {
  const [left, width] = place.split(" ");
  return place && jsx("i", { className, style: { left, width } });
};
const HubFallLine = memo(({ bar, lead, main, isSelected, words, select }) => {
  const word = words[bar.status];
  const isPersons = bar.status === "waiting" || bar.type === "approval";
  const more = [bar.type === "approval" && bar.finished_at && words.person, bar.is_cut && words.cut];
  const spoken = [word, ...more].filter(Boolean).join(", ");
  let took = jsx("span", { "aria-hidden": true }, bar.finished_at ? "" : word);
  if (bar.duration_text) took = bar.duration_text;
  if (bar.status === "running") took = jsx(HubTicker, { startedAt: bar.started_at, className: "ticker" });
  return jsx(
    "button",
    {
      type: "button",
      className: `fall-line s-${bar.status}${bar.is_cut ? " is-cut" : ""}${isSelected ? " is-selected" : ""}`,
      title: [bar.name, word, bar.is_cut && words.cut].filter(Boolean).join(" · "),
      "aria-pressed": isSelected,
      "data-testid": "timeline-step",
      "data-step": bar.name,
      "data-status": bar.status,
      onClick: () => select(bar.key),
    },
    jsx("span", { className: "fall-name" }, hubIcon(bar.is_cut ? "cut" : bar.status), jsx("span", {}, bar.name)),
    jsx("span", { className: "sr" }, spoken),
    jsx(
      "span",
      { className: "fall-lane", "aria-hidden": true },
      hubFallPart("fall-lead", lead),
      hubFallPart(isPersons ? "fall-bar of-person" : "fall-bar", main),
    ),
    jsx("span", { className: "fall-took" }, took),
  );
});
"""

_WATERFALL = """
const HubWaterfall = ({ bars, selected, onSelect, words: given }) => {
  const isInBrowser = useHubTick(bars.some(hubIsOpen) ? 500 : 3600000);
  const [kept, latest] = [useRef(new Map()), useRef(onSelect)];
  latest.current = onSelect;
  const select = useMemo(() => (key) => latest.current?.(key), []);
  const said = JSON.stringify(given);
  const words = useMemo(() => JSON.parse(said), [said]);
  const now = isInBrowser ? hubNow() : 0;
  const span = isInBrowser ? hubSpan(bars, now) : null;
  const line = (bar) => {
    const { lead, main } = span ? hubBar(bar, span, now) : {};
    const shown = { lead: hubPlace(lead), main: hubPlace(main), isSelected: bar.key === selected };
    return jsx(
      "li",
      { key: bar.key },
      jsx(HubFallLine, { bar: hubKeep(kept.current, bar.key, bar), ...shown, words, select }),
    );
  };
  return jsx("ol", { className: "fall", "aria-label": words.label }, bars.map(line));
};
"""


class Waterfall(BrowserComponent):
    """See `waterfall`."""

    tag = "HubWaterfall"
    bars: rx.Var[list[WaterfallBar]]
    selected: rx.Var[str]
    words: rx.Var[dict[str, str]]
    on_select: rx.EventHandler[passthrough_event_spec(str)]  # type: ignore[type-arg,valid-type]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the React hooks the snippets use."""
        return {"react": [ImportVar(tag=hook) for hook in _HOOKS]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (*Ticker.code(), ICONS, KEEP, _SPAN, _LINE, _WATERFALL)


def waterfall(bars: rx.Var[list[WaterfallBar]], *, on_select: Any, selected: rx.Var[str] | str) -> rx.Component:
    """Show when each step waited, ran and ended, as bars over one span of time; each line is a button.

    Args:
        bars: The steps, in the order of their lines.
        on_select: Called with the key of the step that was pressed.
        selected: The key of the step that is marked; empty for none.
    """
    words = {**step_words(), "label": t("timeline.label"), "person": t("timeline.person"), "cut": t("cut.tag")}
    return Waterfall.create(bars=bars, selected=selected, on_select=on_select, words=words)
