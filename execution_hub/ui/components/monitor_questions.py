"""What needs a person, in the monitor: an approval, a call of a tool that waits, or one of which nobody knows."""

from typing import Any

import reflex as rx

from execution_hub.domain.call import Resolution
from execution_hub.domain.status import Status
from execution_hub.domain.step import COMMENT_MAX
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.fields import text_area
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import type_word
from execution_hub.ui.monitor_state import REASON_FIELD, MonitorState, call_name, question_key
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t
from execution_hub.views.monitor import WaitingRow


def waiting_line(row: rx.Var[WaitingRow]) -> rx.Component:
    """Show what an execution asks, and the answers to it if that is one thing."""
    name = rx.cond(row.call > 0, call_name(row.call), row.approval)
    key = question_key(row.id, name, row.round)
    step = rx.cond(row.call > 0, row.of_step, row.approval)
    is_one = (row.approval != "") | (row.call > 0)
    return rx.el.div(
        page_link(
            rx.el.b(row.name, dir="auto"),
            rx.el.span("#", row.id, rx.cond(row.asked_at != "", rx.fragment(" · ", ago(row.asked_at))), class_name="t"),
            rx.cond(row.call > 0, _tool(row)),
            rx.cond(
                row.question != "",
                rx.el.span(row.question, class_name=rx.cond(row.call > 0, "asks of-call", "asks"), dir="auto"),
            ),
            rx.el.span(
                rx.cond(
                    row.asked_count > 1,
                    t("{n} questions", n=row.asked_count),
                    rx.cond(step != "", step, type_word(row.execution_type)),
                ),
                rx.cond(row.total > 0, rx.fragment(" · ", t("{done} of {total} done", done=row.done, total=row.total))),
                class_name="far",
            ),
            href=execution_path(row.id),
            class_name="mi-link",
        ),
        rx.cond(
            is_one & (MonitorState.rejecting == key),
            _reason(row, MonitorState.answered.contains(key)),
            # Which of several, is read on its page.
            _actions(row, key),
        ),
        class_name="mi waits",
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=Status.WAITING.value,
    )


def _tool(row: rx.Var[WaitingRow]) -> rx.Component:
    return rx.el.span(
        rx.cond(row.is_unknown, icon("warning"), icon("hand")),
        rx.el.b(row.tool, dir="auto"),
        rx.el.span(rx.cond(row.is_unknown, t("may have run already"), t("may it be called?"))),
        class_name=rx.cond(row.is_unknown, "mi-tool is-unknown", "mi-tool"),
        data_testid="monitor-call",
    )


def _actions(row: rx.Var[WaitingRow], key: rx.Var[str] | str) -> rx.Component:
    return rx.cond(
        row.is_unknown,
        rx.el.div(*_resolutions(row, MonitorState.answered.contains(key)), class_name="mi-answer of-unknown"),
        rx.el.div(
            link_button(t("Open"), execution_path(row.id), class_name="small"),
            rx.cond(
                row.approval != "",
                _answers(row, key, row.approval, MonitorState.approve(row.id, row.approval, row.round), "step"),
            ),
            rx.cond(
                row.call > 0,
                _answers(row, key, row.tool, MonitorState.approve_call(row.id, row.call, row.round), "call"),
            ),
            class_name="mi-answer",
        ),
    )


def _answers(
    row: rx.Var[WaitingRow], key: rx.Var[str] | str, asked: rx.Var[str], approve: rx.EventHandler, kind: str
) -> rx.Component:
    """Show what answers a question: about a step (`kind` "step") or a call ("call")."""
    is_answered = MonitorState.answered.contains(key)
    return rx.fragment(
        button(
            t("Reject"),
            kind="danger",
            disabled=is_answered,
            class_name="small",
            on_click=MonitorState.begin_to_reject(key),
            aria_label=t("Reject {step} of {name}", step=asked, name=row.name),
            data_testid=f"{kind}-reject",
        ),
        button(
            t("Approve"),
            icon="check",
            kind="primary",
            busy=is_answered,
            needs_hub=True,
            class_name="small",
            on_click=approve,
            aria_label=t("Approve {step} of {name}", step=asked, name=row.name),
            data_testid=f"{kind}-approve",
        ),
    )


def _resolutions(row: rx.Var[WaitingRow], is_answered: rx.Var[bool]) -> list[rx.Component]:
    ways = (
        (Resolution.FAIL, t("Fail"), "danger"),
        (Resolution.TELL_AGENT, t("Tell the agent"), "plain"),
        (Resolution.RUN_AGAIN, t("Run again"), "plain"),
    )
    return [
        button(
            label,
            kind=kind,
            disabled=is_answered,
            needs_hub=True,
            class_name="small",
            on_click=MonitorState.resolve_call(row.id, row.call, row.round, how.value),
            # Its name begins with what is seen.
            aria_label=t("{answer}: {step} of {name}", answer=label, step=row.tool, name=row.name),
            data_testid=f"call-{how.value.replace('_', '-')}",
        )
        for how, label, kind in ways
    ]


def _reason(row: rx.Var[WaitingRow], is_answered: rx.Var[bool]) -> rx.Component:
    reject_step = MonitorState.reject(row.id, row.approval, row.round)
    reject_call = MonitorState.reject_call(row.id, row.call, row.round)
    return rx.el.div(
        text_area(
            REASON_FIELD,
            t("Why do you reject it?"),
            error=MonitorState.reason_problem,
            rows="2",
            max_length=COMMENT_MAX,
            auto_focus=True,
            on_change=MonitorState.note_reason,
            data_testid="monitor-reason",
        ),
        rx.el.div(
            button(t("Not now"), class_name="small", on_click=MonitorState.begin_to_reject("")),
            rx.cond(
                row.call > 0,
                _reject(row.name, row.tool, is_answered, reject_call),
                _reject(row.name, row.approval, is_answered, reject_step),
            ),
            class_name="mi-answer",
        ),
        class_name="mi-reason",
    )


def _reject(name: rx.Var[str], what: rx.Var[str], is_answered: rx.Var[bool], event: Any) -> rx.Component:
    return button(
        t("Reject"),
        icon="cross",
        kind="danger",
        busy=is_answered,
        needs_hub=True,
        class_name="small",
        on_click=event,
        aria_label=t("Reject {step} of {name}", step=what, name=name),
        data_testid="monitor-reject",
    )
