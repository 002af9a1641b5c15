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
        rx.el.h2(t("Somebody saved this before you")),
        rx.el.p(
            t_around("Version {version} was saved {at}", ago(conflict.at), version=conflict.version), class_name="muted"
        ),
        rx.el.p(
            rx.cond(
                conflict.both != "",
                t("You both changed: {fields}.", fields=conflict.both),
                t("You changed different things."),
            ),
        ),
        rx.cond(state.is_comparing, _both(conflict), _fields(conflict)),
        rx.cond(
            conflict.left_out > 0,
            rx.el.p(t("And {n} more.", n=conflict.left_out), class_name="faint"),
        ),
        rx.el.dl(
            rx.el.dt(t("Take theirs")),
            rx.el.dd(t("What you typed is dropped.")),
            rx.el.dt(t("Keep mine")),
            rx.el.dd(t("What you changed is saved over theirs. What only they changed stays.")),
            class_name="conflict-hints",
        ),
        rx.el.div(
            button(
                rx.cond(state.is_comparing, t("Hide the texts"), t("See both")),
                icon="search",
                on_click=state.toggle_comparing,
                aria_expanded=state.is_comparing,
                data_testid="conflict-compare",
            ),
            button(t("Take theirs"), icon="download", on_click=state.take_theirs, data_testid="conflict-theirs"),
            button(t("Keep mine"), icon="upload", on_click=state.keep_mine, data_testid="conflict-mine"),
            button(t("Back to editing"), kind="quiet", on_click=state.close_conflict, data_testid="conflict-back"),
            class_name="form-actions",
        ),
        is_open=conflict.is_open,
        on_close=state.close_conflict,
        class_name=rx.cond(state.is_comparing, "conflict wide", "conflict"),
        aria_label=t("Somebody saved this before you"),
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
            notice(
                t("Somebody has saved this meanwhile: {fields}. You are asked when you save.", fields=state.newer),
                kind="warn",
                icon="warning",
                role="status",
            ),
        ),
        rx.cond(
            state.joined != "",
            notice(
                t("Saved, together with what somebody else had changed: {fields}.", fields=state.joined),
                role="status",
                data_testid="conflict-joined",
            ),
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
                _side(t("Yours"), each.mine, "mine"),
                _side(t("Theirs"), each.theirs, "theirs"),
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
            rx.cond(text != "", text, t("empty")),
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
            t("both"),
            rx.cond(each.is_mine, t("you"), t("they")),
        ),
        class_name=rx.cond(each.is_mine & each.is_theirs, "tag unsaved", "tag"),
    )
