"""What a person is asked, with the two answers."""

import reflex as rx

from execution_hub.domain.step import COMMENT_MAX
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import notice
from execution_hub.ui.components.fields import text_area
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.pages.execution.steps_state import APPROVE, COMMENT_FIELD, REJECT
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
            rx.cond(
                question.count > 1,
                rx.el.span(t("and {n} more after it", n=question.count - 1), class_name="aside"),
            ),
            class_name="card-head",
        ),
        rx.cond(
            question.text.strip() != "",
            # As text: what an agent wrote must not look like part of the page.
            rx.el.div(
                question.text,
                class_name="question-text",
                dir="auto",
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
            hint=t("Optional to approve, needed to reject. The steps that follow can use it."),
            error=ExecutionState.question_problem,
            rows="2",
            max_length=COMMENT_MAX,
            on_change=ExecutionState.note_comment,
            key=question.name,
        ),
        rx.el.div(_answer(APPROVE), _answer(REJECT), class_name="form-actions"),
        class_name="card pad question",
        aria_label=t("{name} needs your answer", name=question.name),
        data_testid="question",
        data_step=question.name,
    )


def _answer(answer: str) -> rx.Component:
    is_approval = answer == APPROVE
    return button(
        t("Approve") if is_approval else t("Reject"),
        icon="check" if is_approval else "cross",
        kind="primary" if is_approval else "danger",
        busy=ExecutionState.answering == answer,
        disabled=ExecutionState.answering != "",
        needs_hub=True,
        on_click=ExecutionState.answer_question(answer, ExecutionState.question.name),
        data_testid=f"step-{answer}",
    )
