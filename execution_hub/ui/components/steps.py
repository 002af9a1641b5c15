"""What the graph and the timeline share: the words and icons of a step, for their browser code."""

import json

from execution_hub.domain.step import StepStatus
from execution_hub.ui.components.icons import icon_path
from execution_hub.ui.text import t
from execution_hub.words.by_value import STATUSES

_ICONS = {
    "agent": "agent",
    "approval": "hand",
    "warning": "warning",
    "cut": "cut",
    "zoom_in": "plus",
    "zoom_out": "minus",
    "fit": "fit",
    StepStatus.PENDING.value: "clock",
    StepStatus.RUNNING.value: "spinner",
    StepStatus.WAITING.value: "hand",
    StepStatus.SUCCEEDED.value: "check",
    StepStatus.FAILED.value: "cross",
    StepStatus.CANCELLED.value: "square",
    StepStatus.SKIPPED.value: "skip",
}

ICONS = f"""
const HUB_ICONS = {json.dumps({name: icon_path(drawn) for name, drawn in _ICONS.items()}, indent=2)};
const hubIcon = (name) =>
  jsx(
    "svg",
    {{ className: name === "running" ? "i spin" : "i", viewBox: "0 0 24 24", "aria-hidden": true }},
    jsx("path", {{ d: HUB_ICONS[name] ?? HUB_ICONS.agent }}),
  );
"""

# A value that equals the one kept under its key is that one again: what is drawn from it is not drawn anew.
KEEP = """
const hubKeep = (kept, key, value) => {
  const old = kept.get(key);
  const isSame = old && Object.keys(value).every((name) => Object.is(old[name], value[name]));
  if (!isSame) kept.set(key, value);
  return isSame ? old : value;
};
"""


def step_words() -> dict[str, object]:
    """Return the words of every status, for a component's prop."""
    return {status.value: t(STATUSES[status.value]) for status in StepStatus}
