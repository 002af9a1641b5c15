"""How the form of an agent or a task looks on its page, and what deletes one."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.conflict import conflict_dialog, newer_notice
from execution_hub.ui.components.editor import leave_guard
from execution_hub.ui.components.edits import edits, returns
from execution_hub.ui.components.long_input import within
from execution_hub.ui.text import t


def edit_card(
    state: Any,
    title: rx.Var[str],
    fields: rx.Component,
    deletes: rx.Component,
    *,
    is_there: rx.Var[bool],
    long_field: tuple[str, int],
    skeleton_heights: Sequence[str],
    test_id: str,
) -> rx.Component:
    """Show the form.

    Args:
        state: A State with EditedForm.
        title: Its heading.
        fields: Its fields.
        deletes: What stands under it: see `delete_zone`.
        is_there: Whether there is something to edit yet.
        long_field: The id of its long text, and how many characters that may have.
        skeleton_heights: How high the fields will be, as in CSS.
        test_id: The test id of the button that saves.
    """
    saves = button(t("Save"), icon="check", type="submit", busy=state.is_saving, data_testid=test_id)
    form = rx.el.form(
        newer_notice(state),
        edits(state.is_dirty, state.note_dirty, state.note_edits),
        fields,
        rx.el.div(
            within(*long_field, saves),
            rx.el.span(rx.cond(state.is_saved, t("Saved"), ""), class_name="saved", role="status"),
            class_name="form-actions",
        ),
        on_submit=state.save,
        on_focus=state.note_change,
        no_validate=True,
        class_name="agent-form",
        # Another object, or another version of it, is another form: what was typed into the last one does not stay.
        key=state.form_key,
    )
    return card(
        rx.cond(is_there, rx.fragment(form, deletes), _skeleton(skeleton_heights)),
        conflict_dialog(state),
        returns(state.look_again),
        leave_guard(state.is_dirty & ~state.is_saving, t("Leave without saving your changes?"), state.forget_changes),
        title=title,
    )


def delete_zone(
    state: Any, label: rx.Var[str], question: rx.Var[str], *, test_id: str, class_name: str = "danger-zone"
) -> rx.Component:
    """Show the button that deletes, and once it is pressed the question before that.

    Args:
        state: A State with `is_asking_to_delete`, `delete_warning`, `ask_to_delete` and `delete`.
        label: The words of the button.
        question: The question.
        test_id: The test id of the button; that of the answer ends in `-confirm`.
        class_name: The class of the whole.
    """
    asks = button(label, icon="trash", kind="danger", on_click=state.ask_to_delete(True), data_testid=test_id)
    confirms = button(
        t("Yes, delete it"),
        icon="trash",
        kind="danger",
        on_click=state.delete,
        data_testid=f"{test_id}-confirm",
    )
    asked = rx.fragment(
        rx.el.p(rx.cond(state.delete_warning != "", state.delete_warning, question), role="alert"),
        rx.el.div(confirms, button(t("Keep it"), on_click=state.ask_to_delete(False)), class_name="form-actions"),
    )
    return rx.el.div(rx.cond(state.is_asking_to_delete, asked, asks), class_name=class_name)


def _skeleton(heights: Sequence[str]) -> rx.Component:
    return rx.el.div(
        *(rx.el.div(skeleton("30%", "18px"), skeleton("100%", height), class_name="field") for height in heights),
        skeleton("86px", "36px"),
        class_name="agent-form",
        aria_hidden=True,
    )
