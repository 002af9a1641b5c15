"""How a workflow is read from a file: the text, then what would be bound, created and left unset."""

from typing import Any

import reflex as rx

from execution_hub.ui.catalogue.import_form import (
    file_problems,
    import_actions,
    import_card,
    import_store,
    import_tools,
)
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, notice
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.workflows.import_state import CREATE, UNSET, ImportState
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.words.marking import N_

_HOW = {"same": N_("the same here"), "created": N_("is created"), "unset": N_("left unset")}


def workflow_import() -> rx.Component:
    """Show the form that takes a file, or what its import would do."""
    return import_card(
        ImportState,
        t("Import a workflow"),
        t("JSON of a workflow"),
        _preview(),
        noun="workflow",
        placeholder='{"name": "…", "description": "…", "steps": [ … ]}',
        is_shown=ImportState.preview.name != "",
    )


def _preview() -> rx.Component:
    preview = ImportState.preview
    return card(
        rx.el.div(
            rx.el.p(rx.el.strong(preview.name, dir="auto"), class_name="import-name"),
            rx.cond(ImportState.notice != "", notice(ImportState.notice, kind="bad", icon="warning", role="alert")),
            rx.cond(
                preview.is_old,
                notice(
                    t(
                        "An older export names agents by numbers, which are other agents in another "
                        "hub. Their steps are left unset."
                    ),
                    kind="warn",
                    icon="warning",
                ),
            ),
            rx.cond(
                preview.bound.length() > 0,
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th(t("Step"), scope="col"),
                            rx.el.th(t("Agent"), scope="col"),
                            rx.el.th(t("How"), scope="col"),
                        )
                    ),
                    rx.el.tbody(rx.foreach(preview.bound, _bound)),
                    class_name="import-bound",
                    data_testid="workflow-import-bound",
                ),
            ),
            rx.cond(preview.has_missing, _choices()),
            rx.el.p(_summary(preview), role="status", data_testid="workflow-import-summary"),
            rx.cond(
                preview.tools.length() > 0,
                rx.el.div(rx.el.p(t("Tools of the new agents")), import_tools(preview.tools, has_agents=True)),
            ),
            rx.cond(
                preview.problems.length() > 0,
                rx.fragment(
                    rx.el.p(t("It cannot be stored as it is:"), class_name="problem"),
                    file_problems(preview.problems),
                ),
            ),
            import_actions(
                ImportState,
                rx.cond(
                    preview.problems.length() > 0,
                    button(
                        t("Open in the editor"),
                        icon="edit",
                        kind="primary",
                        on_click=ImportState.open_in_editor,
                        data_testid="workflow-import-edit",
                    ),
                    import_store(ImportState, "workflow"),
                ),
            ),
            class_name="import-form",
        ),
        title=t("What this import does"),
        class_name="below",
        data_testid="workflow-import-preview",
    )


def _bound(each: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.code(each.step)),
        rx.el.td(rx.cond(each.agent != "", each.agent, "–"), dir="auto"),
        rx.el.td(
            rx.match(each.how, ("same", icon("check")), ("created", icon("plus")), icon("warning")),
            t_one_of(each.how, _HOW),
            class_name=f"bound-how of-{each.how}",
        ),
        data_step=each.step,
        data_how=each.how,
    )


def _choices() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("Agents this hub does not have")),
        _choice(CREATE, t("Create them"), t("With the model, prompt and limits of the file.")),
        _choice(UNSET, t("Leave the steps unset"), t("You choose an agent for each step afterwards.")),
        class_name="choices",
    )


def _choice(value: str, label: rx.Var[str], hint: rx.Var[str]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="missing",
            value=value,
            # The browser shows the choice at once; a preview always begins with the first.
            default_checked=value == CREATE,
            on_change=ImportState.choose_missing(value),
            data_testid=f"workflow-import-{value}",
        ),
        rx.el.span(rx.el.b(label), rx.el.small(hint)),
        class_name="choice",
    )


def _summary(preview: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            preview.new != "",
            t("Creates the workflow and: {names}.", names=preview.new),
            t("Creates the workflow and no agent."),
        ),
        " ",
        rx.cond(preview.unset > 0, tn("{n} step is left unset.", "{n} steps are left unset.", preview.unset), ""),
    )
