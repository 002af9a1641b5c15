"""A call of a tool: what was called with what, how it is, and what came of it."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.editor import when_old
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.markdown import raw_text
from execution_hub.ui.components.status import status_icon
from execution_hub.ui.pages.execution.call_answers import ask_on_page, call_answers
from execution_hub.ui.pages.execution.calls_state import CallsState
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.ui.turns import TurnsState
from execution_hub.views.call_arguments import ArgumentRow
from execution_hub.views.calls import CallView
from execution_hub.words.by_value import CALL_STATUSES


def call_card(call: rx.Var[CallView]) -> rx.Component:
    """Show a call; its result and all of its arguments are fetched when it is unfolded."""
    key = key_on_page(call.number)
    is_open = CallsState.opened.contains(key)
    return rx.el.li(
        _head(call, is_open),
        rx.cond(
            is_open | (call.needs != ""),
            _arguments(call, is_open),
        ),
        rx.cond(call.error != "", rx.el.p(icon("warning"), call.error, class_name="call-error", dir="auto")),
        rx.cond(call.comment != "", _comment(call)),
        rx.cond(
            is_open,
            rx.fragment(
                _result(call),
                when_old(
                    call.ask,
                    CallsState.opened[key].ask,
                    CallsState.read_again(TurnsState.execution_id, call.number),
                ),
            ),
        ),
        rx.cond((call.needs != "") & ~CallsState.answered.contains(ask_on_page(call)), call_answers(call)),
        class_name=f"call s-{call.status}",
        key=call.number,
        id=f"call-{call.number}",
        tab_index=-1,
        data_testid="call",
        data_number=call.number.to_string(),
        data_kind="tool",
        data_status=call.status,
        data_tool=call.tool,
    )


def key_on_page(number: rx.Var[int]) -> Any:
    """Return by which key of `CallsState.opened` a call that is drawn is found: see `call_key`."""
    return rx.Var.create(f"{TurnsState.execution_id}/{number}")


def call_word(status: rx.Var[str]) -> rx.Var[str]:
    """Return how a call is, in the language of the page."""
    return t_one_of(status, CALL_STATUSES, status)


def call_icon(status: rx.Var[str]) -> rx.Component:
    """Draw how a call is."""
    return rx.match(
        status, ("denied", icon("hand")), ("unknown", icon("warning")), ("pending", icon("clock")), status_icon(status)
    )


def _head(call: rx.Var[CallView], is_open: rx.Var[bool]) -> rx.Component:
    """The line that is always there: a button, since all of it unfolds the card."""
    return rx.el.button(
        rx.el.span(call_icon(call.status), class_name="st"),
        rx.el.span(
            rx.el.span(
                rx.cond(call.server != "", rx.el.span(call.server, class_name="call-server", dir="auto")),
                rx.el.b(call.tool, dir="auto"),
                rx.cond(call.is_edited, rx.el.span(t("edited"), class_name="tag")),
                rx.cond(call.is_for_execution, rx.el.span(t("approved for this execution"), class_name="tag")),
                class_name="call-name",
            ),
            rx.cond(
                (call.needs == "") & ~is_open,
                rx.el.span(
                    rx.cond(call.brief != "", rx.el.span(call.brief, class_name="call-brief", dir="auto")),
                    rx.cond(
                        (call.result != "") & (call.error == ""),
                        rx.el.span("→ ", call.result, class_name="call-brief of-result"),
                    ),
                    class_name="call-briefs",
                ),
            ),
            class_name="call-what",
        ),
        rx.el.span(call_word(call.status), class_name="call-word"),
        rx.el.span(_time(call), class_name="call-time num"),
        rx.cond(
            CallsState.opening == key_on_page(call.number),
            icon("spinner", class_name="i spin"),
            rx.cond(is_open, icon("chevron_up"), icon("chevron_down")),
        ),
        type="button",
        class_name="call-head",
        aria_expanded=is_open,
        on_click=CallsState.open_call(TurnsState.execution_id, call.number),
        data_testid="call-open",
    )


def _time(call: rx.Var[CallView]) -> rx.Component:
    return rx.cond(
        call.duration_text != "",
        call.duration_text,
        rx.cond((call.status == "running") & (call.started_at != ""), ticker(call.started_at)),
    )


def _arguments(call: rx.Var[CallView], is_open: rx.Var[bool]) -> rx.Component:
    whole = CallsState.opened[key_on_page(call.number)]
    return rx.el.div(
        rx.cond(
            call.rows.length() > 0,
            rx.el.dl(rx.foreach(call.rows, _row), class_name="call-rows", data_testid="call-arguments"),
            rx.cond(~is_open, rx.el.p(t("No arguments that can be shown in rows."), class_name="muted small")),
        ),
        rx.cond(
            call.rows_more > 0,
            rx.el.p(tn("and {n} more argument", "and {n} more arguments", call.rows_more), class_name="muted small"),
        ),
        rx.cond(
            is_open & (whole.arguments != ""),
            rx.el.details(
                rx.el.summary(t("Arguments as JSON")),
                rx.el.div(copy_button(whole.arguments), class_name="call-tools"),
                _pre(whole.arguments, t("Arguments as JSON")),
                rx.cond(
                    whole.asked != "",
                    rx.fragment(rx.el.p(t("What the model asked for"), class_name="muted small"), _pre(whole.asked)),
                ),
                class_name="fold small",
                open=call.rows.length() == 0,
            ),
        ),
        class_name="call-given",
    )


def _row(row: rx.Var[ArgumentRow]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(row.name, dir="auto"),
        rx.el.dd(
            row.value,
            rx.cond(
                row.more != "",
                rx.el.span(tn("… and {n} more character", "… and {n} more characters", row.more), class_name="faint"),
            ),
            class_name=rx.cond(row.is_text, "of-text", "of-json"),
            dir="auto",
        ),
        key=row.name,
    )


def _comment(call: rx.Var[CallView]) -> rx.Component:
    return rx.el.p(
        rx.cond(
            call.status == "denied",
            t("Rejected: {remark}", remark=call.comment),
            t("A person said: {remark}", remark=call.comment),
        ),
        class_name="call-comment",
        dir="auto",
    )


def _result(call: rx.Var[CallView]) -> rx.Component:
    whole = CallsState.opened[key_on_page(call.number)]
    return rx.el.div(
        rx.el.div(
            rx.el.b(rx.cond(call.status == "failed", t("What the agent was told"), t("Result"))),
            rx.cond(
                call.size_text != "",
                rx.el.span(tn("{n} character", "{n} characters", call.size_text), class_name="faint num"),
            ),
            rx.cond(call.is_cut, rx.el.span(t("the agent was given its beginning and end"), class_name="tag cut")),
            rx.cond(whole.texts.length() > 0, copy_button(whole.texts)),
            class_name="call-tools",
        ),
        rx.cond(
            whole.texts.length() > 0,
            rx.fragment(
                rx.cond(
                    whole.is_kept_cut,
                    rx.el.p(t("Longer than what the hub keeps: its beginning is here."), class_name="muted small"),
                ),
                rx.el.div(
                    raw_text(settled=whole.texts, blocks=[], open_parts=[], tail=""),
                    class_name="call-result",
                    tab_index=0,
                    role="region",
                    aria_label=t("Result"),
                    data_testid="call-result",
                ),
            ),
            rx.el.p(t("There is no result yet."), class_name="muted small"),
        ),
        class_name="call-got",
    )


def _pre(text: Any, label: Any = None) -> rx.Component:
    more = {} if label is None else {"role": "region", "aria_label": label, "tab_index": 0}
    return rx.el.div(raw_text(settled=[], blocks=[], open_parts=[], tail=text), class_name="call-result", **more)


def unfold_button(number: rx.Var[int], words: rx.Var[str]) -> rx.Component:
    """Show the button that fetches the rest of a turn."""
    return button(
        words,
        icon="chevron_down",
        kind="quiet",
        busy=CallsState.opening == key_on_page(number),
        class_name="small",
        on_click=CallsState.open_call(TurnsState.execution_id, number),
    )
