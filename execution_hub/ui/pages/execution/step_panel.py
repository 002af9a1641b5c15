"""The step that is looked at: what it was given, what it makes of it, and what that takes."""

import reflex as rx

from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, notice
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.output import OutputVars, raw_output, raw_switch, rendered_output, waiting_lines
from execution_hub.ui.components.status import cut_words, simulated_tag, status_icon, tone_class
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.pages.execution.turns_card import acting_figures, turns
from execution_hub.ui.text import error_text, t, t_one_of, tn
from execution_hub.ui.transcripts import StepOutputState, TranscriptState
from execution_hub.ui.turns import TurnsState
from execution_hub.views.graph import GraphNode
from execution_hub.views.steps import PastRound
from execution_hub.words.by_value import SKIP_REASONS, STATUSES


def step_panel() -> rx.Component:
    """Show a chip for each step, and the one that is chosen or runs."""
    step = ExecutionState.step
    return card(
        _chips(),
        rx.cond(
            (step.name != "") & (step.name == ExecutionState.selected),
            rx.el.div(_head(), _input(), _rounds(), _trouble(), _turns(), _output(), _cut(), class_name="step-body"),
            rx.cond(
                ExecutionState.selected == "",
                rx.el.p(t("Choose a step to see what it was given and what it made."), class_name="muted step-none"),
            ),
        ),
        class_name=rx.cond(step.status == "running", "step-panel is-running", "step-panel"),
        data_testid="step-panel",
        data_step=ExecutionState.selected,
    )


def _chips() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.foreach(ExecutionState.nodes, _chip),
            role="group",
            aria_label=t("Which step is shown"),
            class_name="step-chips",
        ),
        rx.cond(
            ExecutionState.is_chosen & TranscriptState.facts.is_active,
            button(t("Follow what runs"), icon="activity", class_name="small", on_click=ExecutionState.follow_steps),
        ),
        class_name="step-choice",
    )


def _chip(node: rx.Var[GraphNode]) -> rx.Component:
    is_on = node.key == ExecutionState.selected
    return rx.el.button(
        rx.cond(node.is_cut, icon("cut"), step_icon(node.status)),
        rx.el.span(node.name, dir="auto"),
        rx.el.span(
            rx.cond(node.is_cut, t("{status}, cut", status=step_word(node.status)), step_word(node.status)),
            class_name="sr",
        ),
        type="button",
        class_name=tone_class("chip", node.status, node.is_cut) + rx.cond(is_on, " on", ""),
        aria_pressed=is_on,
        on_click=ExecutionState.choose_step(node.key),
        key=node.key,
        data_testid="step-chip",
        data_step=node.name,
    )


def step_word(status: rx.Var[str]) -> rx.Var[str]:
    """Return how a step is, in the language of the page."""
    return t_one_of(status, STATUSES, status)


def step_icon(status: rx.Var[str]) -> rx.Component:
    """Draw how a step is."""
    return rx.cond(status == "skipped", icon("skip"), status_icon(status))


def _head() -> rx.Component:
    step = ExecutionState.step
    return rx.el.div(
        rx.el.h2(step.name, dir="auto"),
        rx.el.span(
            rx.cond(step.is_cut, icon("cut"), step_icon(step.status)),
            rx.el.span(rx.cond(step.is_cut, t("{status}, cut", status=step_word(step.status)), step_word(step.status))),
            class_name=tone_class("badge", step.status, step.is_cut),
            data_testid="step-status",
            data_status=step.status,
        ),
        rx.el.ul(
            rx.cond(step.agent_name != "", rx.el.li(step.agent_name, dir="auto")),
            rx.match(
                step.model,
                ("", rx.fragment()),
                ("simulated", rx.el.li(simulated_tag())),
                rx.el.li(rx.el.code(step.model)),
            ),
            rx.cond(
                (step.status == "running") | (step.status == "waiting"),
                rx.el.li(ticker(step.started_at), class_name="num"),
                rx.cond(step.duration_text != "", rx.el.li(step.duration_text, class_name="num")),
            ),
            rx.cond(step.tokens_text != "", rx.el.li(_at_least(), tn("{n} token", "{n} tokens", step.tokens_text))),
            rx.cond(step.is_unknown, rx.el.li(t("tokens unknown"))),
            rx.cond(step.cost_text != "", rx.el.li(_at_least(), step.cost_text, class_name="num")),
            rx.cond(step.round > 1, rx.el.li(t("round {n}", n=step.round))),
            rx.cond(step.attempt > 1, rx.el.li(t("attempt {n}", n=step.attempt))),
            class_name="step-figures",
        ),
        rx.el.div(_controls(), class_name="aside"),
        class_name="step-head",
    )


def _at_least() -> rx.Component:
    return rx.cond(ExecutionState.step.is_partial, rx.fragment(t("at least"), " "))


def _controls() -> rx.Component:
    return rx.cond(
        OutputVars.of(StepOutputState).is_empty,
        rx.fragment(),
        rx.fragment(
            raw_switch(ExecutionState.is_step_raw, ExecutionState.show_step_raw, t("How the output is shown")),
            copy_button(*OutputVars.of(StepOutputState).texts),
        ),
    )


def _input() -> rx.Component:
    step, text = ExecutionState.step, ExecutionState.step_input
    return rx.cond(
        text != "",
        rx.el.details(
            rx.el.summary(
                rx.cond(step.type == "approval", t("What was asked"), t("Input")),
                rx.el.span(tn("{n} character", "{n} characters", step.input_size_text), class_name="faint"),
            ),
            rx.el.pre(text, class_name="raw prompt", dir="auto", tab_index=0, role="region", aria_label=t("Input")),
            class_name="fold step-input",
            data_testid="step-input",
        ),
    )


def _rounds() -> rx.Component:
    """What it had made before it was sent back, and with what."""
    return rx.cond(
        ExecutionState.rounds.length() > 0,
        rx.el.div(
            rx.foreach(ExecutionState.rounds, _round),
            class_name="step-rounds",
            data_testid="step-rounds",
        ),
    )


def _round(past: rx.Var[PastRound]) -> rx.Component:
    nothing: rx.Var[list[str]] = rx.Var.create([])
    output = OutputVars(past.texts, nothing, nothing, rx.Var.create(""))
    return rx.el.details(
        rx.el.summary(
            t("Round {n}", n=past.round),
            rx.cond(past.remark != "", rx.el.span(t("Sent back: {remark}", remark=past.remark), dir="auto")),
        ),
        rx.el.div(
            rx.cond(
                past.texts.length() > 0,
                rx.cond(
                    ExecutionState.is_step_raw,
                    raw_output(output, rx.Var.create(False)),
                    rendered_output(output, rx.Var.create(False)),
                ),
                rx.el.p(t("It was stopped before it had ended."), class_name="muted"),
            ),
            rx.cond(
                past.is_cut, rx.el.p(t("Only the beginning is shown here; the API has all of it."), class_name="muted")
            ),
            class_name="past-output",
            tab_index=0,
            role="region",
            aria_label=t("Round {n}", n=past.round),
        ),
        class_name="fold past-round",
        key=past.round,
    )


def _trouble() -> rx.Component:
    """Why it failed, or was skipped."""
    step, error = ExecutionState.step, ExecutionState.step_error
    words = error_text(step.error_code, error)
    return rx.match(
        step.status,
        (
            "failed",
            rx.el.div(
                icon("warning"),
                rx.el.div(
                    rx.el.p(words, dir="auto"), rx.cond(words != error, rx.el.p(error, class_name="exact", dir="auto"))
                ),
                class_name="notice bad error-text",
                data_testid="step-error",
            ),
        ),
        (
            "skipped",
            rx.el.div(
                icon("skip"),
                rx.el.span(t_one_of(step.error_code, SKIP_REASONS, error)),
                class_name="notice step-skipped",
            ),
        ),
        rx.fragment(),
    )


def _turns() -> rx.Component:
    """What its agent did, if that is more than one answer."""
    return rx.cond(
        TurnsState.acting.is_shown & (TurnsState.name == ExecutionState.step.name),
        rx.el.section(
            rx.el.header(rx.el.h3(t("Transcript")), acting_figures(), class_name="turns-head"),
            turns(),
            class_name="step-turns",
            aria_label=t("Transcript"),
        ),
    )


def _cut() -> rx.Component:
    """Which limit cut its answer."""
    step = ExecutionState.step
    words = cut_words(step.stop_reason, step.max_tokens_text)
    return rx.cond(step.is_cut, notice(words, kind="warn", icon="cut", data_testid="step-cut"), rx.fragment())


def _output() -> rx.Component:
    step, output = ExecutionState.step, OutputVars.of(StepOutputState)
    return rx.el.div(
        rx.cond(
            # Its output comes past the State that says which step it is: it may be the last one's for a moment.
            StepOutputState.name == step.name,
            rx.cond(
                output.is_empty,
                _without_output(),
                rx.cond(
                    ExecutionState.is_step_raw,
                    raw_output(output, step.is_writing),
                    rendered_output(output, step.is_writing),
                ),
            ),
        ),
        class_name=rx.cond(step.is_writing, "step-output writing", "step-output"),
        tab_index=0,
        role="region",
        aria_label=t("Output"),
        data_testid="step-output",
    )


def _without_output() -> rx.Component:
    words = {
        "pending": t("It starts as soon as all it waits for has ended."),
        "waiting": t("It waits for a person's answer."),
        "succeeded": t("It ended without output."),
        "cancelled": t("It was stopped before it had ended."),
    }
    return rx.match(
        ExecutionState.step.status,
        ("running", waiting_lines(t("Waiting for the first words"))),
        *((status, rx.el.p(word, class_name="muted")) for status, word in words.items()),
        rx.fragment(),
    )
