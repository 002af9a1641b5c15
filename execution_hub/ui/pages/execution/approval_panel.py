"""What a person is asked about, and the answers: approve, reject, or send back with a remark."""

import reflex as rx

from execution_hub.domain.step import COMMENT_MAX
from execution_hub.ui.components.buttons import Kind, button
from execution_hub.ui.components.card import notice
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.fields import text_area
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.output import OutputVars, raw_output, raw_switch, rendered_output
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.pages.execution.steps_state import APPROVE, COMMENT_FIELD, REJECT, SEND_BACK, SPENT
from execution_hub.ui.text import t


def approval_panel() -> rx.Component:
    """Show the question of the step that waits, if any does; who was too late is told so."""
    question = ExecutionState.question
    return rx.fragment(
        rx.cond(
            ExecutionState.answer_notice != "",
            notice(ExecutionState.answer_notice, icon="hand", role="status", data_testid="answer-notice"),
        ),
        rx.cond(question.name != "", _panel()),
    )


def _panel() -> rx.Component:
    question = ExecutionState.question
    return rx.el.section(
        rx.el.header(
            rx.el.span(icon("hand"), class_name="st s-waiting"),
            rx.el.h2(t("{name} needs your answer", name=question.name)),
            rx.cond(question.round > 1, rx.el.span(t("Round {n}", n=question.round), class_name="tag")),
            rx.el.div(
                rx.cond(question.count > 1, rx.el.span(t("and {n} more after it", n=question.count - 1))),
                rx.cond(question.texts.length() > 0, _switch()),
                class_name="aside",
            ),
            class_name="card-head",
        ),
        rx.cond(
            question.remark != "",
            rx.el.p(icon("undo"), t("Sent back: {remark}", remark=question.remark), class_name="remark", dir="auto"),
        ),
        rx.cond(
            question.texts.length() > 0,
            rx.el.div(
                rx.cond(
                    ExecutionState.is_question_raw,
                    raw_output(_output(), rx.Var.create(False)),
                    rendered_output(_output(), rx.Var.create(False)),
                ),
                class_name="question-text",
                tab_index=0,
                role="region",
                aria_label=t("What was asked"),
                data_testid="question-text",
            ),
            rx.el.p(t("No text was given with this question."), class_name="muted"),
        ),
        text_area(
            COMMENT_FIELD,
            t("Comment"),
            hint=_rule(),
            error=ExecutionState.question_problem,
            rows="2",
            max_length=COMMENT_MAX,
            on_change=ExecutionState.note_comment,
            key=f"{question.name}/{question.round}",
        ),
        rx.el.div(
            _answer(APPROVE, t("Approve"), "check", "primary"),
            rx.cond(question.may_send_back, _answer(SEND_BACK, t("Send back"), "undo", "plain")),
            _answer(REJECT, t("Reject"), "cross", "danger"),
            class_name="form-actions question-actions",
        ),
        class_name="card pad question",
        aria_label=t("{name} needs your answer", name=question.name),
        data_testid="question",
        data_step=question.name,
    )


def _output() -> OutputVars:
    """Return the question as an output of one piece: it is as untrusted, and drawn as safely."""
    nothing: rx.Var[list[str]] = rx.Var.create([])
    return OutputVars(ExecutionState.question.texts, nothing, nothing, rx.Var.create(""))


def _switch() -> rx.Component:
    return rx.fragment(
        raw_switch(ExecutionState.is_question_raw, ExecutionState.show_question_raw, t("How the question is shown")),
        copy_button(ExecutionState.question.texts),
    )


def _rule() -> rx.Component:
    """Say what the comment is for, with each answer."""
    question = ExecutionState.question
    return rx.fragment(
        t("Approve: optional; the steps that follow can use it."),
        " ",
        rx.cond(
            question.may_send_back,
            t("Send back: say what is to change; the agents before it answer again."),
            rx.cond(question.is_spent, t(SPENT), ""),
        ),
        " ",
        t("Reject: say why."),
    )


def _answer(answer: str, label: rx.Var[str], picture: str, kind: Kind) -> rx.Component:
    question = ExecutionState.question
    return button(
        label,
        icon=picture,
        kind=kind,
        busy=ExecutionState.answering == answer,
        disabled=ExecutionState.answering != "",
        needs_hub=True,
        on_click=ExecutionState.answer_question(answer, question.name, question.round),
        data_testid=f"step-{answer.replace('_', '-')}",
    )
