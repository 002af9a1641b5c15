"""The condition of a step: which output it looks at, how it compares, and the branch for all else."""

from typing import Any

import reflex as rx

from execution_hub.domain.condition import VALUE_MAX
from execution_hub.domain.json_path import PATH_MAX
from execution_hub.ui.components.buttons import button
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.ui.pages.workflow.typed import problem_of, step_field
from execution_hub.ui.text import t
from execution_hub.words.by_value import OPERATIONS

# Beyond their limits, so that who pastes too much is told, not cut.
_MORE = 200


def condition_field(step: Any) -> rx.Component:
    """Show when a step runs.

    Args:
        step: The StepForm of the selected step.
    """
    return rx.cond(
        (WorkflowState.chips.length() > 0) | (step.when_step != ""),
        rx.el.div(
            rx.el.label(t("Runs"), html_for="step-when"),
            rx.el.div(
                _source(step),
                rx.cond(step.when_step != "", rx.fragment(_field(step), _operation(step), _value(step), _side(step))),
                class_name="condition",
            ),
            rx.el.p(problem_of("when"), class_name="problem", role="alert", id="step-when-error"),
            rx.cond(
                (step.when_step != "") & ~WorkflowState.has_else,
                button(
                    t("Add else branch"),
                    icon="plus",
                    class_name="small",
                    on_click=WorkflowState.add_else(step.key),
                    data_testid="step-add-else",
                ),
            ),
            class_name="field",
        ),
    )


def _source(step: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(t("always"), value=""),
        rx.foreach(
            WorkflowState.chips,
            lambda chip: rx.cond(
                chip.is_there,
                rx.el.option(t("if the output of {name}", name=chip.name), value=chip.ref),
                rx.fragment(),
            ),
        ),
        rx.cond(
            WorkflowState.is_when_gone,
            rx.el.option(t("{name}, which is gone", name=step.when_step), value=step.when_step),
            rx.fragment(),
        ),
        id="step-when",
        class_name="input select",
        default_value=step.when_step,
        on_change=lambda ref: WorkflowState.choose_condition(step.key, ref),
        aria_invalid=problem_of("when") != "",
        aria_describedby="step-when-error",
        data_testid="step-when",
    )


def _field(step: Any) -> rx.Component:
    return rx.el.input(
        default_value=step.when_field,
        class_name="input code",
        max_length=PATH_MAX + _MORE,
        aria_label=t("Field of a JSON output"),
        title=t("Field of a JSON output"),
        placeholder=t("whole output, or a field: a.b[0]"),
        auto_complete="off",
        auto_capitalize="off",
        spell_check=False,
        data_testid="step-when-field",
        **step_field(step, "when_field"),
    )


def _operation(step: Any) -> rx.Component:
    return rx.el.select(
        *(rx.el.option(t(words), value=op) for op, words in OPERATIONS.items()),
        class_name="input select",
        default_value=step.when_op,
        on_change=lambda op: WorkflowState.choose_operation(step.key, op),
        aria_label=t("How to compare"),
        data_testid="step-when-op",
    )


def _value(step: Any) -> rx.Component:
    return rx.el.input(
        default_value=step.when_value,
        class_name="input",
        max_length=VALUE_MAX + _MORE,
        dir="auto",
        aria_label=t("Value"),
        aria_invalid=problem_of("when") != "",
        aria_describedby="step-when-error",
        placeholder=t("Value"),
        data_testid="step-when-value",
        **step_field(step, "when_value"),
    )


def _side(step: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(t("when that holds"), value="if"),
        rx.el.option(t("else: when that does not hold"), value="else"),
        class_name="input select",
        default_value=rx.cond(step.is_else, "else", "if"),
        on_change=lambda side: WorkflowState.choose_side(step.key, side),
        aria_label=t("When that holds, or else"),
        data_testid="step-when-side",
    )
