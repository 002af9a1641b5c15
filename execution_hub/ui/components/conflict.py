"""The dialog that asks whose change stays, when two people have saved the same thing."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import notice
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.text import t, t_around


def conflict_dialog(state: Any) -> rx.Component:
    """Show who is newer and what differs, and ask: theirs, mine, or a look at both.

    Args:
        state: A State with ConflictDialog, and the events `take_theirs` and `keep_mine`.
    """
    conflict = state.conflict
    return dialog(
        rx.el.h2(t("conflict.title")),
        rx.el.p(t_around("conflict.newer", ago(conflict.at), version=conflict.version), class_name="muted"),
        rx.el.p(
            rx.cond(conflict.both != "", t("conflict.both", fields=conflict.both), t("conflict.apart")),
        ),
        rx.cond(state.is_comparing, _both(conflict), _fields(conflict)),
        rx.cond(
            conflict.left_out > 0,
            rx.el.p(t("conflict.left_out", n=conflict.left_out), class_name="faint"),
        ),
        rx.el.dl(
            rx.el.dt(t("conflict.theirs")),
            rx.el.dd(t("conflict.theirs_hint")),
            rx.el.dt(t("conflict.mine")),
            rx.el.dd(t("conflict.mine_hint")),
            class_name="conflict-hints",
        ),
        rx.el.div(
            button(
                rx.cond(state.is_comparing, t("conflict.fields_only"), t("conflict.compare")),
                icon="search",
                on_click=state.toggle_comparing,
                aria_expanded=state.is_comparing,
                data_testid="conflict-compare",
            ),
            button(t("conflict.theirs"), icon="download", on_click=state.take_theirs, data_testid="conflict-theirs"),
            button(t("conflict.mine"), icon="upload", on_click=state.keep_mine, data_testid="conflict-mine"),
            button(t("conflict.back"), kind="quiet", on_click=state.close_conflict, data_testid="conflict-back"),
            class_name="form-actions",
        ),
        is_open=conflict.is_open,
        on_close=state.close_conflict,
        class_name=rx.cond(state.is_comparing, "conflict wide", "conflict"),
        aria_label=t("conflict.title"),
        data_testid="conflict",
    )


def newer_notice(state: Any) -> rx.Component:
    """Say above a form that somebody else has saved it; joined to what was saved here, or still to be asked about.

    Args:
        state: A State with EditedForm.
    """
    return rx.fragment(
        rx.cond(
            state.newer != "",
            notice(t("conflict.waits", fields=state.newer), kind="warn", icon="warning", role="status"),
        ),
        rx.cond(
            state.joined != "",
            notice(t("conflict.joined", fields=state.joined), role="status", data_testid="conflict-joined"),
        ),
    )


def _fields(conflict: Any) -> rx.Component:
    return rx.el.ul(
        rx.foreach(
            conflict.differences,
            lambda each: rx.el.li(rx.el.span(each.label, class_name="conflict-label"), _whose(each)),
        ),
        class_name="conflict-fields",
    )


def _both(conflict: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(
            conflict.differences,
            lambda each: rx.el.section(
                rx.el.h3(each.label, _whose(each)),
                _side(t("conflict.yours"), each.mine, "mine"),
                _side(t("conflict.others"), each.theirs, "theirs"),
                class_name="conflict-pair",
            ),
        ),
        class_name="conflict-both",
    )


def _side(label: Any, text: Any, test_id: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(label, class_name="faint"),
        # As text: what somebody else wrote must not look like part of the page. It may be long: a key scrolls it.
        rx.el.pre(
            rx.cond(text != "", text, t("conflict.empty")),
            tab_index=0,
            dir="auto",
            role="group",
            aria_label=label,
            data_testid=f"conflict-{test_id}-text",
        ),
    )


def _whose(each: Any) -> rx.Component:
    return rx.el.span(
        rx.cond(
            each.is_mine & each.is_theirs,
            t("conflict.by_both"),
            rx.cond(each.is_mine, t("conflict.by_me"), t("conflict.by_them")),
        ),
        class_name=rx.cond(each.is_mine & each.is_theirs, "tag unsaved", "tag"),
    )
