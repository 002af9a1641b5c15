"""How the fields of a suite send what is typed into them, and what is wrong with it."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.fields import typed
from execution_hub.ui.pages.suite.state import SuiteState

# What is typed into a suite is handed over once the person rests for so long.
DEBOUNCE_MS = 150


def setting(field: str) -> dict[str, Any]:
    """Return the props of a field of the suite."""
    return typed(lambda text: SuiteState.change_setting(field, text), DEBOUNCE_MS)


def case_field(field: str) -> dict[str, Any]:
    """Return the props of a field of the case that is shown."""
    return typed(lambda text: SuiteState.change_case(SuiteState.selected, field, text), DEBOUNCE_MS)


def problem_of(field: str) -> rx.Var[str]:
    """Return what is wrong with a field of the suite; empty if nothing is."""
    return rx.cond(SuiteState.problems.contains(field), SuiteState.problems[field], "")


def case_problem(field: Any) -> rx.Var[str]:
    """Return what is wrong with a field of the case that is shown; empty if nothing is."""
    return rx.cond(SuiteState.case_problems.contains(field), SuiteState.case_problems[field], "")
