"""The form that calls a tool once, without a model, and what came of it."""

from typing import Any

import reflex as rx

from execution_hub.tools.trying import TRY_SECONDS
from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.markdown import raw_text
from execution_hub.ui.components.status import status_icon
from execution_hub.ui.components.submit_area import SubmitArea, takes_back
from execution_hub.ui.pages.tools.state import ToolsState
from execution_hub.ui.pages.tools.try_state import ToolTryState
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.views.tool_form import DIGEST_FIELD, JSON_FIELD, FormField
from execution_hub.views.tried import RUNNING
from execution_hub.words.by_value import STATUSES

_PROBLEM = "try-problem"


def try_panel() -> rx.Component:
    """Show the form of the tool that is unfolded, and its newest try."""
    tool, state = ToolsState.tool, ToolTryState
    is_running = state.tried.status == RUNNING
    is_own = state.tried.key == tool.key
    problem = rx.cond(state.problem_of == tool.key, state.problem, "")
    return rx.el.section(
        rx.el.h3(t("Try it, without a model")),
        rx.el.form(
            rx.el.input(type="hidden", name=DIGEST_FIELD, value=tool.digest),
            rx.foreach(tool.fields, _field),
            _json(),
            rx.el.p(problem, id=_PROBLEM, class_name="problem", role="alert", dir="auto"),
            rx.el.div(
                button(
                    rx.cond(is_running & is_own, t("Running"), t("Try")),
                    icon="play",
                    kind="primary",
                    type="submit",
                    busy=is_running & is_own,
                    disabled=is_running | ToolsState.is_gone,
                    data_testid="try-run",
                ),
                rx.cond(is_running & is_own, _stop()),
                class_name="form-actions",
            ),
            on_submit=ToolTryState.try_tool,
            no_validate=True,
            class_name="try-form",
            # Another tool, or the same with another schema: its fields begin anew.
            key=tool.key + tool.digest,
        ),
        rx.el.p(t("It does what it does: this is no rehearsal."), class_name="hint"),
        rx.cond(is_own & (state.tried.key != ""), _outcome()),
        class_name="try-panel",
        data_testid="try-panel",
    )


def other_try(key: rx.Var[str]) -> rx.Component:
    """Say that another tool than the one that is unfolded is being tried, with the way to stop it.

    Args:
        key: The one that is unfolded.
    """
    tried = ToolTryState.tried
    told = rx.el.div(
        icon("spinner", class_name="i spin"),
        rx.el.span(t("{tool} is being tried.", tool=tried.key), " ", ticker(tried.started_at), dir="auto"),
        _stop(),
        class_name="notice",
        role="status",
        data_testid="other-try",
    )
    return rx.cond((tried.status == RUNNING) & (tried.key != key), told)


def _stop() -> rx.Component:
    return button(
        rx.cond(ToolTryState.is_stopping, t("Stop requested"), t("Stop")),
        icon="square",
        kind="danger",
        busy=ToolTryState.is_stopping,
        needs_hub=True,
        on_click=ToolTryState.stop,
        data_testid="try-stop",
    )


def _field(field: rx.Var[FormField]) -> rx.Component:
    empty = rx.cond(field.default != "", t("Left out: {value}", value=field.default), t("Left out"))
    common: dict[str, Any] = {
        "id": field.id,
        "name": field.id,
        "aria_invalid": ToolTryState.wrong.contains(field.id),
        "aria_describedby": _PROBLEM,
        "on_change": takes_back(ToolTryState),
        "data_argument": field.name,
    }
    return rx.el.div(
        rx.el.label(
            rx.el.code(field.label, dir="auto"),
            rx.cond(field.is_required, rx.el.span(t("required"), class_name="tag")),
            html_for=field.id,
        ),
        rx.match(
            field.kind,
            ("text", SubmitArea.create(rows="1", placeholder=field.default, class_name="input area", **common)),
            ("number", rx.el.input(input_mode="decimal", placeholder=field.default, class_name="input", **common)),
            (
                "boolean",
                rx.el.select(
                    rx.el.option(empty, value=""),
                    rx.el.option("true", value="true"),
                    rx.el.option("false", value="false"),
                    default_value="",
                    class_name="input select",
                    **common,
                ),
            ),
            rx.el.select(
                rx.el.option(empty, value=""),
                rx.foreach(field.options, lambda each, place: rx.el.option(each, value=place.to_string())),
                default_value="",
                class_name="input select",
                **common,
            ),
        ),
        rx.cond(field.hint != "", rx.el.p(field.hint, class_name="hint", dir="auto")),
        class_name="field",
        key=field.id,
    )


def _json() -> rx.Component:
    tool = ToolsState.tool
    return rx.el.details(
        rx.el.summary(rx.cond(tool.needs_json, t("Other arguments as JSON"), t("Arguments as JSON"))),
        rx.el.div(
            rx.el.label(t("A JSON object; what it names counts more than the fields."), html_for=JSON_FIELD),
            SubmitArea.create(
                id=JSON_FIELD,
                name=JSON_FIELD,
                rows="4",
                placeholder="{}",
                spell_check=False,
                class_name="input area",
                aria_invalid=ToolTryState.wrong.contains(JSON_FIELD),
                aria_describedby=_PROBLEM,
                on_change=takes_back(ToolTryState),
                data_testid="try-json",
            ),
            class_name="field code-field",
        ),
        open=tool.needs_json,
        class_name="fold small",
    )


def _outcome() -> rx.Component:
    tried, texts = ToolTryState.tried, ToolTryState.texts
    return rx.el.div(
        rx.el.div(
            rx.el.span(
                status_icon(tried.status),
                rx.cond(
                    tried.is_told,
                    t("The tool says that it failed"),
                    t_one_of(tried.status, STATUSES, tried.status),
                ),
                class_name=f"badge s-{tried.status}",
            ),
            rx.cond(
                tried.status == RUNNING,
                rx.fragment(
                    rx.el.span(ticker(tried.started_at), class_name="num"),
                    rx.el.span(t("at most {n} s", n=f"{TRY_SECONDS:g}"), class_name="faint"),
                ),
                rx.el.span(tried.duration_text, class_name="num"),
            ),
            rx.cond(
                tried.size_text != "",
                rx.cond(
                    tried.size_text != "",
                    rx.el.span(tn("{n} character", "{n} characters", tried.size_text), class_name="faint num"),
                ),
            ),
            rx.cond(texts.length() > 0, copy_button(texts)),
            class_name="call-tools",
            role="status",
        ),
        rx.cond(
            tried.status == "cancelled",
            rx.el.p(t("Its server was told to stop. What it had done by then is done."), class_name="hint"),
        ),
        rx.cond(tried.error != "", rx.el.p(icon("warning"), tried.error, class_name="try-error", dir="auto")),
        rx.cond(tried.is_cut, rx.el.p(t("Longer than what the hub keeps: its beginning is here."), class_name="hint")),
        rx.cond(
            texts.length() > 0,
            rx.el.div(
                raw_text(settled=texts, blocks=[], open_parts=[], tail=""),
                class_name="call-result",
                tab_index=0,
                role="region",
                aria_label=t("Result"),
                data_testid="try-result",
            ),
            rx.cond(
                (tried.status == "succeeded") & (texts.length() == 0),
                rx.el.p(t("It gave nothing back."), class_name="hint"),
            ),
        ),
        class_name="try-outcome",
        data_testid="try-outcome",
        data_status=tried.status,
    )
