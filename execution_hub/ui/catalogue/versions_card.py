"""How versions look: a list, and a dialog that shows one beside what is on the page."""

from collections.abc import Callable, Mapping
from typing import Any

import reflex as rx

from execution_hub.domain.version import LABEL_MAX
from execution_hub.ui.catalogue.versions import LABEL_FIELD
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, notice, skeleton
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.differences import differences
from execution_hub.ui.components.editor import when_changed
from execution_hub.ui.components.fields import text_field
from execution_hub.ui.text import t, t_around, t_one_of


def versions_card(
    state: Any,
    words: Mapping[str, str],
    *,
    version: Any,
    is_dirty: Any,
    beside: Callable[[Any], Any] = lambda _: rx.fragment(),
) -> rx.Component:
    """Show the versions.

    Args:
        state: A State with Versions.
        words: What the fields are called, by their names.
        version: The newest version the page knows: with another number, the list is read anew.
        is_dirty: Whether the page holds what is not saved.
        beside: What else is shown of a version, given its row.
    """
    rows = rx.el.ul(rx.foreach(state.versions, lambda row: _row(state, row, words, beside)), class_name="versions")
    more = button(t("Show more"), icon="chevron_down", class_name="small", on_click=state.show_more)
    return card(
        when_changed(version.to_string(), state.load_versions),
        rx.cond(
            state.versions.length() > 0,
            rx.fragment(rows, rx.cond(state.has_more, more)),
            rx.el.div(*(skeleton("100%", "36px") for _ in range(2)), class_name="skeleton-lines"),
        ),
        _dialog(state, words, is_dirty),
        title=t("Versions"),
        class_name="versions-card",
        data_testid="versions",
    )


def _row(state: Any, row: Any, words: Mapping[str, str], beside: Callable[[Any], Any]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.b(rx.el.span(t("Version"), " ", class_name="sr"), row.version, class_name="num"),
            rx.el.span(
                rx.cond(
                    row.label != "",
                    rx.el.span(row.label, class_name="version-name", dir="auto"),
                    rx.cond(
                        row.changed.length() > 0,
                        rx.el.span(
                            rx.foreach(
                                row.changed,
                                lambda name: rx.el.span(t_one_of(name, dict(words), name), class_name="version-field"),
                            ),
                            class_name="version-fields",
                        ),
                        rx.el.span(t("First version"), class_name="version-fields"),
                    ),
                ),
                beside(row),
                class_name="version-words",
            ),
            rx.cond(row.is_current, _current()),
            ago(row.created_at),
            type="button",
            class_name="version-row",
            on_click=state.open_version(row.version),
            aria_haspopup="dialog",
            data_testid="version-row",
            data_version=row.version.to_string(),
        ),
        key=row.version,
    )


def _current() -> rx.Component:
    return rx.el.span(t("current"), class_name="tag")


def _dialog(state: Any, words: Mapping[str, str], is_dirty: Any) -> rx.Component:
    opened = state.opened
    restore = button(
        rx.cond(
            state.is_dropping,
            t("Yes, drop them"),
            rx.cond(opened.is_current, t("Drop unsaved changes"), t("Restore this version")),
        ),
        icon="undo",
        kind="primary",
        busy=state.is_restoring,
        on_click=state.restore_version,
        data_testid="version-restore",
    )
    return dialog(
        rx.el.h2(
            t("Version {n}", n=opened.version), rx.cond(opened.is_current, _current()), tab_index=-1, data_begin=True
        ),
        rx.el.p(t_around("Saved {at}", ago(opened.created_at)), class_name="muted"),
        rx.el.div(_compared(state, words), class_name="version-compared"),
        _label(state),
        rx.cond(state.version_problem != "", rx.el.p(state.version_problem, class_name="problem", role="alert")),
        rx.cond(
            state.is_dropping,
            notice(t("Your unsaved changes are dropped."), kind="warn", icon="warning", role="alert"),
        ),
        rx.el.div(
            rx.cond(~opened.is_current | is_dirty, restore),
            button(t("Close"), on_click=state.close_version, data_testid="version-close"),
            class_name="form-actions",
        ),
        is_open=opened.version > 0,
        on_close=state.close_version,
        class_name="version-dialog",
        aria_label=t("Version {n}", n=opened.version),
        data_testid="version-dialog",
    )


def _label(state: Any) -> rx.Component:
    return rx.el.form(
        text_field(
            LABEL_FIELD,
            t("Label"),
            default_value=state.opened.label,
            placeholder=t("What this version is called"),
            max_length=LABEL_MAX,
            auto_complete="off",
            data_testid="version-label",
        ),
        button(t("Save label"), type="submit", data_testid="version-label-save"),
        on_submit=state.label_version,
        no_validate=True,
        class_name="version-label",
        key=state.opened.version,
    )


def _compared(state: Any, words: Mapping[str, str]) -> rx.Component:
    return rx.cond(
        state.is_comparing,
        rx.el.div(skeleton("40%"), skeleton("100%", "60px"), class_name="skeleton-lines"),
        rx.cond(
            state.differences.length() > 0,
            rx.fragment(
                rx.el.p(
                    t("Since then, up to what is on the page: "),
                    rx.el.del_(t("only in this version")),
                    " ",
                    rx.el.ins(t("only on the page")),
                    class_name="diff-legend",
                ),
                differences(state.differences, words),
            ),
            rx.el.p(t("It holds what is on the page."), class_name="muted"),
        ),
    )
