"""How the fields of a step send what is typed into them, and what is wrong with it."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.fields import typed
from execution_hub.ui.pages.workflow.state import WorkflowState

# What is typed into a workflow is handed over once the person rests for so long.
DEBOUNCE_MS = 20


def problem_of(field: str) -> rx.Var[str]:
    """Return what is wrong with a field of the selected step; empty if nothing is."""
    return rx.cond(WorkflowState.step_problems.contains(field), WorkflowState.step_problems[field], "")


def step_field(step: Any, field: str) -> dict[str, Any]:
    """Return the props of a field of a step."""
    return typed(lambda text: WorkflowState.change_step(step.key, field, text), DEBOUNCE_MS)
