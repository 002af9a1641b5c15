"""How a file is read: its text or its place, and what is wrong with it."""

from typing import Any

import reflex as rx

from execution_hub.domain.tool_choice import AUTO
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card
from execution_hub.ui.components.editor import file_text
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t
from execution_hub.views.json_file import TEXT_MAX


def import_button(state: Any, noun: str) -> rx.Component:
    """Show the button that opens the form, or closes it.

    Args:
        state: A State with Importing.
        noun: What is imported, for the test id.
    """
    return button(
        t("Import"),
        icon="upload",
        on_click=state.toggle_import,
        aria_expanded=state.is_importing,
        data_testid=f"{noun}-import",
    )


def import_card(
    state: Any,
    title: rx.Var[str],
    label: rx.Var[str],
    preview: rx.Component,
    *,
    noun: str,
    placeholder: str,
    is_shown: rx.Var[bool],
) -> rx.Component:
    """Show the form that takes a file, or what its import would do.

    Args:
        state: A State with Importing.
        title: The form's heading.
        label: What its text is.
        preview: What the import would do.
        noun: What is imported, for ids.
        placeholder: How such a text begins.
        is_shown: Whether there is a preview.
    """
    # The text stays in its field while the preview is looked at.
    form = rx.el.div(_form(state, title, label, noun, placeholder), hidden=is_shown)
    return rx.cond(state.is_importing, rx.fragment(form, rx.cond(is_shown, preview)))


def _form(state: Any, title: rx.Var[str], label: rx.Var[str], noun: str, placeholder: str) -> rx.Component:
    field, problems = f"{noun}-import-text", f"{noun}-import-problems"
    has_problems = state.file_problems.length() > 0
    return card(
        rx.el.form(
            rx.el.label(label, html_for=field),
            rx.el.textarea(
                id=field,
                name="text",
                rows="8",
                max_length=TEXT_MAX,
                spell_check=False,
                placeholder=placeholder,
                class_name="input area",
                aria_invalid=has_problems,
                aria_describedby=problems,
                data_testid=field,
            ),
            rx.el.div(
                rx.cond(has_problems, file_problems(state.file_problems)),
                id=problems,
                role="alert",
                data_testid=problems,
            ),
            rx.el.div(
                button(
                    t("See what it does"),
                    icon="check",
                    kind="primary",
                    type="submit",
                    data_testid=f"{noun}-import-open",
                ),
                file_text(
                    icon("upload"),
                    rx.el.span(t("Choose a file")),
                    target=field,
                    limit=TEXT_MAX,
                    test_id=f"{noun}-import-file",
                ),
                button(t("Cancel"), on_click=state.toggle_import),
                rx.el.span(t("First you see what it would do."), class_name="hint"),
                class_name="form-actions",
            ),
            on_submit=state.read_text,
            no_validate=True,
            class_name="import-form",
        ),
        title=title,
        class_name="below",
    )


def import_tools(tools: Any, *, has_agents: bool = False) -> rx.Component:
    """List the tools that new agents would have: who may do what without being asked is seen before it is stored.

    Args:
        tools: FileToolRows.
        has_agents: Whether they may be of several agents, which are named.
    """
    return rx.el.ul(rx.foreach(tools, lambda each: _tool(each, has_agents)), class_name="import-tools")


def _tool(tool: Any, has_agents: bool) -> rx.Component:
    return rx.el.li(
        rx.el.span(tool.agent, ": ", dir="auto") if has_agents else rx.fragment(),
        rx.el.code(tool.name),
        rx.el.span(rx.cond(tool.approval == AUTO, t("Runs by itself"), t("Asks first")), class_name="tag"),
        rx.cond(tool.is_here, rx.fragment(), rx.el.span(t("not on this hub"), class_name="tag bad")),
    )


def import_store(state: Any, noun: str) -> rx.Component:
    """Show the button that stores what the preview shows."""
    return button(
        t("Import"),
        icon="check",
        kind="primary",
        busy=state.is_storing,
        on_click=state.store,
        data_testid=f"{noun}-import-store",
    )


def import_actions(state: Any, *first: rx.Component) -> rx.Component:
    """Show what can be done with a preview.

    Args:
        state: A State with Importing, and with `store` and `back`.
        *first: The one thing to do.
    """
    return rx.el.div(
        *first,
        button(t("Back to the text"), on_click=state.back),
        button(t("Cancel"), on_click=state.toggle_import),
        class_name="form-actions",
    )


def file_problems(problems: Any) -> rx.Component:
    """List what is wrong with a file, each at its place.

    Args:
        problems: FileProblems.
    """
    return rx.el.ul(
        rx.foreach(
            problems,
            lambda problem: rx.el.li(
                icon("warning"),
                rx.cond(problem.place != "", rx.el.code(problem.place)),
                rx.el.span(problem.text),
            ),
        ),
        class_name="file-problems",
    )
