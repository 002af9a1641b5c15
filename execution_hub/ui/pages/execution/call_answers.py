"""What a person is asked about a call, and the answers: before it is made, or when nobody knows whether it was."""

import reflex as rx

from execution_hub.domain.call import ARGUMENTS_MAX, COMMENT_MAX, Resolution
from execution_hub.ui.components.buttons import Kind, button
from execution_hub.ui.components.fields import text_area
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.execution.calls_state import (
    ARGUMENTS_FIELD,
    COMMENT_FIELD,
    EDIT,
    REJECT,
    CallsState,
)
from execution_hub.ui.text import t
from execution_hub.ui.turns import TurnsState
from execution_hub.views.calls import CallView


def call_answers(call: rx.Var[CallView]) -> rx.Component:
    """Show the answers that a call waits for, or the form of the one that was begun."""
    is_begun = CallsState.ask == ask_on_page(call)
    return rx.el.div(
        rx.cond(
            call.needs == "approve",
            rx.cond(
                is_begun & (CallsState.form == EDIT),
                _edit(call),
                rx.cond(is_begun & (CallsState.form == REJECT), _reject(call), _approval(call)),
            ),
            _resolution(call),
        ),
        class_name="call-answers",
    )


def ask_on_page(call: rx.Var[CallView]) -> rx.Var[str]:
    """Return what tells the question of a call that is drawn from all others, of other executions too."""
    return rx.Var.create(f"{TurnsState.execution_id}/{call.ask}")


def opener(form: str, call: rx.Var[CallView]) -> rx.Var[str]:
    """Return the id of the button that opens a form: see `opener_of`."""
    return rx.Var.create(f"call-{form}-{call.number}")


def _approval(call: rx.Var[CallView]) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            icon("hand"), t("The agent asks for this call. It is made only if you approve."), class_name="call-ask"
        ),
        rx.el.div(
            _button(
                call,
                t("Approve"),
                "check",
                "primary",
                CallsState.approve(TurnsState.execution_id, call.number, ask_on_page(call), False),
                "call-approve",
            ),
            _button(
                call,
                t("Approve this tool for this execution"),
                "check",
                "plain",
                CallsState.approve(TurnsState.execution_id, call.number, ask_on_page(call), True),
                "call-approve-all",
            ),
            _button(
                call,
                t("Edit arguments"),
                "edit",
                "plain",
                CallsState.begin_edit(TurnsState.execution_id, call.number, ask_on_page(call)),
                "call-edit",
                id=opener(EDIT, call),
            ),
            _button(
                call,
                t("Reject"),
                "cross",
                "danger",
                CallsState.begin_reject(TurnsState.execution_id, call.number, ask_on_page(call)),
                "call-reject",
                id=opener(REJECT, call),
            ),
            class_name="form-actions",
        ),
    )


def _edit(call: rx.Var[CallView]) -> rx.Component:
    return rx.el.form(
        text_area(
            ARGUMENTS_FIELD,
            t("Arguments as JSON"),
            hint=t("The tool is called with these; the agent is told that you changed them."),
            error=CallsState.problem,
            limit=ARGUMENTS_MAX,
            rows="8",
            spell_check=False,
            default_value=CallsState.arguments,
            class_name="of-code",
            data_testid="call-arguments-field",
        ),
        _form_actions(call, t("Approve with these arguments"), "check", "primary", "call-approve-edited"),
        on_submit=CallsState.submit_arguments,
        no_validate=True,
        key="edit",
    )


def _reject(call: rx.Var[CallView]) -> rx.Component:
    return rx.el.form(
        text_area(
            COMMENT_FIELD,
            t("Why you reject it"),
            hint=t("The agent is told, and goes on without the call."),
            error=CallsState.problem,
            max_length=COMMENT_MAX,
            rows="2",
            data_testid="call-comment-field",
        ),
        _form_actions(call, t("Reject"), "cross", "danger", "call-reject-submit"),
        on_submit=CallsState.submit_reject,
        no_validate=True,
        key="reject",
    )


def _form_actions(call: rx.Var[CallView], label: rx.Var[str], picture: str, kind: Kind, test_id: str) -> rx.Component:
    return rx.el.div(
        button(
            label,
            icon=picture,
            kind=kind,
            type="submit",
            busy=CallsState.answering == ask_on_page(call),
            data_testid=test_id,
        ),
        # Escape, too: see keyboard.jsx.
        button(t("Not now"), on_click=CallsState.close_form, custom_attrs={"data-act": "put-off"}),
        class_name="form-actions",
    )


def _resolution(call: rx.Var[CallView]) -> rx.Component:
    """Say plainly what may have happened, and what would follow from each answer."""
    return rx.fragment(
        rx.el.p(
            icon("warning"),
            rx.el.span(
                t(
                    "The hub's process died while this call ran. Whether the tool did its work, nobody knows: "
                    "look where it would show, then decide."
                )
            ),
            class_name="call-ask of-unknown",
        ),
        rx.el.ul(
            _way(
                call,
                Resolution.RUN_AGAIN,
                t("Run again"),
                "again",
                t("If it did its work the first time, this does it twice."),
            ),
            _way(
                call,
                Resolution.TELL_AGENT,
                t("Tell the agent"),
                "agent",
                t("Nothing is called. The agent hears that it is not known, and goes on."),
            ),
            _way(
                call,
                Resolution.FAIL,
                t("Fail"),
                "cross",
                t("Nothing is called. The execution ends here."),
            ),
            class_name="call-ways",
        ),
    )


def _way(call: rx.Var[CallView], how: Resolution, label: rx.Var[str], picture: str, then: rx.Var[str]) -> rx.Component:
    kind: Kind = "danger" if how is Resolution.FAIL else "plain"
    act = CallsState.resolve(TurnsState.execution_id, call.number, ask_on_page(call), how.value)
    return rx.el.li(
        _button(call, label, picture, kind, act, "call-resolve", data_how=how.value),
        rx.el.span(then),
    )


def _button(
    call: rx.Var[CallView], label: rx.Var[str], picture: str, kind: Kind, act: object, test_id: str, **props: object
) -> rx.Component:
    return button(
        label,
        icon=picture,
        kind=kind,
        busy=CallsState.answering == ask_on_page(call),
        disabled=CallsState.answering != "",
        needs_hub=True,
        on_click=act,
        data_testid=test_id,
        **props,
    )
