"""What the graph and the timeline share: the words and icons of a step, as props of their browser code."""

from execution_hub.domain.call import CallStatus
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
    CallStatus.DENIED.value: "hand",
    CallStatus.UNKNOWN.value: "warning",
}


def step_words() -> dict[str, object]:
    """Return the words of every status, for a component's prop."""
    return {status.value: t(STATUSES[status.value]) for status in StepStatus}


def step_icons() -> dict[str, str]:
    """Return the path of every icon that the graph and the timeline draw, for a component's prop."""
    return {name: icon_path(drawn) for name, drawn in _ICONS.items()}
