"""How the fields of a suite send what is typed into them, and what is wrong with it."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from execution_hub.ui.pages.suite.state import SuiteState

_DEBOUNCE_MS = 150


def typed(take: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the props of a field that hands what is typed to a handler."""
    # Once the person rests, and at once when the field is left: whatever is pressed next knows it all.
    return {"on_change": lambda text: take(text).debounce(_DEBOUNCE_MS), "on_blur": take}


def setting(field: str) -> dict[str, Any]:
    """Return the props of a field of the suite."""
    return typed(lambda text: SuiteState.change_setting(field, text))


def case_field(field: str) -> dict[str, Any]:
    """Return the props of a field of the case that is shown."""
    return typed(lambda text: SuiteState.change_case(SuiteState.selected, field, text))


def problem_of(field: str) -> rx.Var[str]:
    """Return what is wrong with a field of the suite; empty if nothing is."""
    return rx.cond(SuiteState.problems.contains(field), SuiteState.problems[field], "")


def case_problem(field: Any) -> rx.Var[str]:
    """Return what is wrong with a field of the case that is shown; empty if nothing is."""
    return rx.cond(SuiteState.case_problems.contains(field), SuiteState.case_problems[field], "")
