"""What can be done to an execution on its page: stop, run again, delete."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.again import again_today_words
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.long_input import count, within
from execution_hub.ui.components.status import type_case
from execution_hub.ui.components.stop import stop_button
from execution_hub.ui.components.submit_area import SubmitArea
from execution_hub.ui.pages.execution.rerun_state import AS_RAN, INPUT_FIELD, TODAY, WITH_FIELD, RerunState
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.pages.execution.turns_card import asks_button
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t
from execution_hub.ui.transcripts import TranscriptState


def execution_actions() -> rx.Component:
    """Show what can be done to the execution now."""
    facts = TranscriptState.facts
    is_suite = facts.suite_id > 0
    return rx.el.div(
        asks_button(),
        stop_button(facts, class_name="of-page-stop"),
        button(
            t("Run again as it ran"),
            icon="again",
            title=rx.cond(
                ExecutionState.is_as_today, t("Nothing has changed since: today it would run with the same."), ""
            ),
            busy=ActionState.repeating.contains(facts.id),
            on_click=ActionState.run_again_and_open(facts.id, True),
            custom_attrs={"data-act": "again"},
            data_testid="execution-rerun",
        ),
        # As long as nothing has changed, both would do the same.
        rx.cond(
            ExecutionState.has_changed | is_suite,
            button(
                type_case(facts.execution_type, lambda kind: kind.today),
                icon="again_today",
                aria_label=again_today_words(facts.execution_type),
                title=again_today_words(facts.execution_type),
                busy=ActionState.repeating.contains(facts.id),
                on_click=ActionState.run_again_and_open(facts.id, False),
                custom_attrs={"data-act": "again-today"},
                data_testid="execution-rerun-today",
            ),
        ),
        rx.cond(
            ~is_suite,
            button(
                t("Edit and run"),
                icon="edit",
                on_click=RerunState.open_dialog,
                aria_haspopup="dialog",
                custom_attrs={"data-act": "edit"},
                data_testid="execution-rerun-edit",
            ),
        ),
        rx.cond(
            ~facts.is_active | is_suite,
            rx.el.button(
                icon("trash"),
                type="button",
                disabled=facts.is_active,
                class_name="btn square danger",
                aria_label=t("Delete"),
                title=t("Delete"),
                on_click=ActionState.delete_and_leave(facts.id),
                custom_attrs={"data-act": "delete"},
                data_testid="execution-delete",
            ),
        ),
        class_name="execution-actions",
        # Whose they are: a key pressed before the next one is shown must not act on the one before.
        data_execution_id=facts.id.to_string(),
    )


def rerun_links() -> rx.Component:
    """Link to the execution this one repeats, and to those that repeat it."""
    facts = TranscriptState.facts
    return rx.fragment(
        rx.cond(
            facts.rerun_of_id > 0,
            rx.el.span(
                page_link(t("Rerun of #{id}", id=facts.rerun_of_id), href=execution_path(facts.rerun_of_id)),
                class_name="related",
                data_testid="rerun-of",
            ),
        ),
        rx.cond(
            ExecutionState.reruns.length() > 0,
            rx.el.span(
                t("Run again as"),
                rx.foreach(
                    ExecutionState.reruns,
                    lambda each: page_link(f"#{each}", href=execution_path(each), key=each),
                ),
                class_name="related",
                data_testid="rerun-as",
            ),
        ),
    )


def rerun_dialog() -> rx.Component:
    """Show the dialog that runs it again with another input, or as things are today."""
    return dialog(
        rx.el.form(
            rx.el.h2(t("Run #{id} again", id=RerunState.execution_id)),
            rx.el.div(
                rx.el.label(t("Input"), html_for=INPUT_FIELD),
                SubmitArea.create(
                    id=INPUT_FIELD,
                    name=INPUT_FIELD,
                    default_value=RerunState.input,
                    rows="7",
                    class_name="input area",
                    aria_invalid=RerunState.problem != "",
                    aria_describedby=f"rerun-problem {INPUT_FIELD}-count",
                    data_testid="rerun-input",
                ),
                count(INPUT_FIELD, INPUT_MAX),
                rx.el.p(RerunState.problem, id="rerun-problem", class_name="problem", role="alert"),
                class_name="field",
            ),
            rx.el.fieldset(
                rx.el.legend(t("What it runs with")),
                _choice(
                    AS_RAN,
                    t("As it ran"),
                    t("The agent or workflow as it was then, even if it is gone."),
                    is_gone=False,
                ),
                _choice(
                    TODAY,
                    t("As it is today"),
                    t("The agent or workflow with its settings of today."),
                    is_gone=(ExecutionState.agent_since == "deleted") | (ExecutionState.workflow_since == "deleted"),
                ),
                class_name="choices",
            ),
            rx.el.div(
                within(
                    INPUT_FIELD,
                    INPUT_MAX,
                    button(
                        t("Run again"),
                        icon="again",
                        kind="primary",
                        type="submit",
                        busy=RerunState.is_starting,
                        data_testid="rerun-submit",
                    ),
                ),
                button(t("Not now"), on_click=RerunState.close_dialog),
                class_name="form-actions",
            ),
            on_submit=RerunState.submit,
            no_validate=True,
            key=RerunState.turn,
        ),
        is_open=RerunState.is_open,
        on_close=RerunState.close_dialog,
        class_name="rerun-dialog",
        aria_label=t("Run again"),
        data_testid="rerun-dialog",
    )


def _choice(value: str, label: rx.Var[str], hint: rx.Var[str], *, is_gone: "rx.Var[bool] | bool") -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=WITH_FIELD,
            value=value,
            default_checked=value == AS_RAN,
            disabled=is_gone,
            data_testid=f"rerun-{value}",
        ),
        rx.el.span(rx.el.b(label), rx.el.small(rx.cond(is_gone, t("It has been deleted since."), hint))),
        class_name="choice",
    )
