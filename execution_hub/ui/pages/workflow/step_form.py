"""The steps as a list, and the form of the selected one."""

from typing import Any

import reflex as rx

from execution_hub.domain.template import SOURCE_MAX
from execution_hub.domain.workflow import AGENT, APPROVAL
from execution_hub.ui.catalogue.choice import narrowed, offered
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card
from execution_hub.ui.components.editor import insert_chip
from execution_hub.ui.components.fields import select_field, text_area, text_field, typed
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.workflow.condition_form import condition_field
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.ui.pages.workflow.typed import DEBOUNCE_MS, problem_of, step_field
from execution_hub.ui.text import t

# Beyond its limit, so that who pastes too much is told, not cut.
_INPUT_MAX = SOURCE_MAX + 2_000
_INPUT_ID = "step-input"


def steps_card() -> rx.Component:
    """Show every step as a line, and what adds one."""
    problem = rx.cond(WorkflowState.problems.contains("steps"), WorkflowState.problems["steps"], "")
    return card(
        rx.el.ul(rx.foreach(WorkflowState.nodes, _line), class_name="step-lines"),
        rx.el.p(problem, class_name="problem", role="alert"),
        rx.el.div(
            button(
                t("Agent step"),
                icon="plus",
                on_click=WorkflowState.add_step(AGENT),
                id="step-add",
                data_testid="step-add",
            ),
            button(
                t("Approval"),
                icon="hand",
                on_click=WorkflowState.add_step(APPROVAL),
                data_testid="step-add-approval",
            ),
            class_name="form-actions",
        ),
        title=t("Steps"),
        aside=rx.el.span(WorkflowState.nodes.length()),
        class_name="steps-card",
    )


def _line(node: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.cond(node.type == APPROVAL, icon("hand", class_name="i approval"), icon("agent")),
            rx.el.span(rx.cond(node.name != "", node.name, "–"), class_name="step-line-name"),
            rx.el.span(node.label, class_name="step-line-who", dir="auto"),
            rx.cond(
                node.problem != "",
                rx.el.span(icon("warning"), rx.el.span(node.problem, class_name="sr"), class_name="step-line-mark"),
                rx.fragment(),
            ),
            type="button",
            class_name=rx.cond(node.key == WorkflowState.selected, "step-row on", "step-row"),
            aria_pressed=node.key == WorkflowState.selected,
            title=node.problem,
            on_click=WorkflowState.select_step(node.key),
            data_testid="step-row",
            data_step=node.name,
        ),
        key=node.key,
    )


def step_card() -> rx.Component:
    """Show the form of the selected step."""
    step = WorkflowState.step
    return rx.cond(
        step.key != "",
        card(
            rx.el.div(
                _name(step),
                rx.cond((step.type == AGENT) | (step.agent_id != ""), _agent(step)),
                _input(step),
                _depends(),
                condition_field(step),
                rx.cond(step.type == AGENT, _limits(step)),
                class_name="step-form",
                key=WorkflowState.step_key,
            ),
            title=rx.cond(step.type == APPROVAL, t("Approval by a person"), t("Agent step")),
            aside=button(
                t("Remove"),
                icon="trash",
                class_name="small",
                on_click=WorkflowState.remove_step(step.key),
                data_testid="step-remove",
            ),
            class_name="step-card",
        ),
    )


def _name(step: Any) -> rx.Component:
    return text_field(
        "step-name",
        t("Name"),
        error=problem_of("name"),
        default_value=step.name,
        auto_complete="off",
        auto_capitalize="off",
        spell_check=False,
        data_testid="step-name",
        class_name="mono",
        **typed(lambda name: WorkflowState.rename_step(step.key, name), DEBOUNCE_MS),
    )


def _agent(step: Any) -> rx.Component:
    select = select_field(
        "step-agent",
        t("Agent"),
        [
            rx.el.option(t("Choose an agent"), value=""),
            offered(WorkflowState),
            rx.cond(
                WorkflowState.is_agent_gone,
                rx.el.option(t("#{id}, deleted", id=step.agent_id), value=step.agent_id),
                rx.fragment(),
            ),
        ],
        error=problem_of("agent_id"),
        default_value=step.agent_id,
        on_change=lambda value: WorkflowState.choose_agent(step.key, value),
        data_testid="step-agent",
    )
    return narrowed(WorkflowState, select)


def _input(step: Any) -> rx.Component:
    return rx.el.div(
        text_area(
            _INPUT_ID,
            rx.cond(step.type == APPROVAL, t("What the person is asked"), t("What the agent gets")),
            error=problem_of("input"),
            default_value=step.input,
            rows="6",
            max_length=_INPUT_MAX,
            spell_check=False,
            data_testid="step-input",
            class_name="mono",
            key=WorkflowState.input_key,
            **step_field(step, "input"),
        ),
        rx.el.div(
            rx.el.span(t("Insert"), class_name="hint"),
            insert_chip("input", "{{ input }}", _INPUT_ID, t("The input of the workflow"), class_name="chip code"),
            rx.foreach(
                WorkflowState.chips,
                lambda chip: rx.cond(
                    chip.is_there,
                    insert_chip(
                        chip.name,
                        "{{ steps." + chip.ref + ".output }}",
                        _INPUT_ID,
                        "{{ steps." + chip.ref + ".output }}",
                        class_name="chip code",
                    ),
                    rx.fragment(),
                ),
            ),
            class_name="chip-row",
        ),
        class_name="with-chips",
    )


def _depends() -> rx.Component:
    return rx.cond(
        WorkflowState.chips.length() > 0,
        rx.el.div(
            rx.el.span(t("Waits for"), class_name="field-label", id="step-depends-label"),
            rx.el.div(
                rx.foreach(WorkflowState.chips, _dependency),
                class_name="chip-row",
                role="group",
                aria_labelledby="step-depends-label",
                id="step-depends",
                tab_index=-1,
            ),
            rx.el.p(problem_of("depends_on"), class_name="problem", role="alert", id="step-depends-error"),
            class_name="field",
        ),
    )


def _dependency(chip: Any) -> rx.Component:
    return rx.el.button(
        rx.cond(chip.is_on, icon("check"), rx.fragment()),
        rx.el.span(chip.name),
        type="button",
        class_name=rx.cond(
            chip.is_there,
            rx.cond(chip.is_found, "chip dep on found", rx.cond(chip.is_on, "chip dep on", "chip dep")),
            "chip dep on gone",
        ),
        aria_pressed=chip.is_on,
        disabled=chip.is_found,
        title=rx.cond(chip.is_found, t("Because its output is used"), ""),
        on_click=WorkflowState.toggle_dependency(WorkflowState.step.key, chip.ref),
        key=chip.ref,
        data_testid="step-dependency",
        data_step=chip.ref,
    )


def _limits(step: Any) -> rx.Component:
    def number(field: str, name: str, label: rx.Var[str], **props: Any) -> rx.Component:
        return text_field(
            name,
            label,
            error=problem_of(field),
            # As text: a number field would keep what is no number to itself.
            auto_complete="off",
            data_testid=name,
            **step_field(step, field),
            **props,
        )

    return rx.el.div(
        number(
            "timeout_seconds",
            "step-timeout",
            t("Time limit, seconds"),
            default_value=step.timeout_seconds,
            placeholder=t("none"),
            input_mode="decimal",
        ),
        number("retries", "step-retries", t("Retries"), default_value=step.retries, input_mode="numeric"),
        class_name="limits",
    )
