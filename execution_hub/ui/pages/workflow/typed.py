"""How the fields of a step send what is typed into them, and what is wrong with it."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from execution_hub.ui.pages.workflow.state import WorkflowState

_DEBOUNCE_MS = 20


def problem_of(field: str) -> rx.Var[str]:
    """Return what is wrong with a field of the selected step; empty if nothing is."""
    return rx.cond(WorkflowState.step_problems.contains(field), WorkflowState.step_problems[field], "")


def typed(take: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the props of a field that hands what is typed to a handler."""
    # Once the person rests, and at once when the field is left: whatever is pressed next knows it all.
    return {"on_change": lambda text: take(text).debounce(_DEBOUNCE_MS), "on_blur": take}


def step_field(step: Any, field: str) -> dict[str, Any]:
    """Return the props of a field of a step."""
    return typed(lambda text: WorkflowState.change_step(step.key, field, text))
