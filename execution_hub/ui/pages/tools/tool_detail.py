"""A tool that is unfolded: what its server says of it, what it takes, who may use it, and the form to try it."""

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.tools.state import ToolsState
from execution_hub.ui.pages.tools.try_panel import try_panel
from execution_hub.ui.routes import agent_path
from execution_hub.ui.text import t, t_one_of
from execution_hub.views.schema_rows import SchemaRow
from execution_hub.views.tool_page import ToolUse
from execution_hub.words.by_value import TOOL_APPROVALS, TOOL_HINTS, TOOL_HINTS_DENIED


def tool_detail() -> rx.Component:
    """Show the tool that is unfolded."""
    state = ToolsState
    return rx.el.div(
        rx.cond(
            state.is_gone,
            _told(t("Its server does not offer it now.")),
            rx.cond(state.has_changed, _told(t("Its server has changed it since you looked."))),
        ),
        rx.el.div(
            rx.el.div(_description(), _arguments(), _effects(), _agents(), class_name="tool-about"),
            try_panel(),
            class_name="tool-two",
        ),
        class_name="tool-detail",
        data_testid="tool-detail",
    )


def _told(text: rx.Var[str]) -> rx.Component:
    return rx.el.p(icon("warning"), rx.el.span(text), class_name="notice warn", role="status")


def _description() -> rx.Component:
    tool = ToolsState.tool
    return rx.el.div(
        rx.cond(
            tool.description != "",
            rx.el.p(tool.description, rx.cond(tool.more != "", "…", ""), class_name="tool-said", dir="auto"),
            rx.el.p(t("Its server says nothing of it."), class_name="hint"),
        ),
        rx.cond(
            tool.more != "",
            rx.el.details(
                rx.el.summary(t("The rest of it")),
                rx.el.p("…", tool.more, class_name="tool-said", dir="auto"),
                class_name="fold small",
                key=tool.key,
            ),
        ),
    )


def _arguments() -> rx.Component:
    tool = ToolsState.tool
    return rx.el.section(
        rx.el.h3(t("What it takes")),
        rx.cond(
            tool.rows.length() > 0,
            rx.el.dl(rx.foreach(tool.rows, _row), class_name="schema-rows", data_testid="schema-rows"),
            rx.el.p(t("No arguments that its schema names."), class_name="hint"),
        ),
        rx.cond(tool.has_more_rows, rx.el.p(t("There is more: the schema says all of it."), class_name="hint")),
        rx.el.details(
            rx.el.summary(t("Its schema as JSON")),
            rx.el.div(copy_button(tool.schema), class_name="call-tools"),
            rx.el.pre(
                tool.schema,
                class_name="raw prompt",
                tab_index=0,
                role="region",
                aria_label=t("Its schema as JSON"),
            ),
            class_name="fold small",
            key=tool.key,
        ),
    )


def _row(row: rx.Var[SchemaRow]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(
            rx.el.code(row.name, dir="auto"),
            rx.el.span(row.kind, class_name="faint kind"),
            rx.cond(row.is_required, rx.el.span(t("required"), class_name="tag")),
        ),
        rx.el.dd(
            rx.cond(row.description != "", rx.el.p(row.description, dir="auto")),
            rx.cond(row.choices != "", rx.el.p(t("One of: {values}", values=row.choices), class_name="faint")),
            rx.cond(row.default != "", rx.el.p(t("Left out: {value}", value=row.default), class_name="faint")),
        ),
        key=row.name,
    )


def _effects() -> rx.Component:
    tool = ToolsState.tool
    words = TOOL_HINTS | TOOL_HINTS_DENIED
    return rx.el.dl(
        rx.cond(
            tool.hints.length() > 0,
            _fact(
                t("Its server says"),
                rx.foreach(tool.hints, lambda hint: rx.el.span(t_one_of(hint, words, hint), class_name="hint-word")),
            ),
            _fact(t("Its server says"), t("nothing of its effects")),
        ),
        _fact(
            t("After a crash"),
            rx.cond(
                tool.is_idempotent,
                t("a call that was running is made again: the hub's admin says that it may be"),
                t("a call that was running is not made again by itself: a person is asked"),
            ),
        ),
        _fact(t("For models"), rx.el.code(tool.model_name, class_name="id")),
        _fact(t("Cost of a turn"), t("about {n} tokens: an estimate", n=tool.tokens)),
        class_name="tool-facts",
    )


def _fact(label: rx.Var[str], *value: object) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(*value, dir="auto"))


def _agents() -> rx.Component:
    tool = ToolsState.tool
    return rx.el.section(
        rx.el.h3(t("Agents that have it")),
        rx.cond(
            tool.uses.length() > 0,
            rx.el.ul(rx.foreach(tool.uses, _use), class_name="tool-uses", data_testid="tool-uses"),
            rx.el.p(t("None. An agent is given tools on its own page."), class_name="hint"),
        ),
        rx.cond(tool.uses_more > 0, rx.el.p(t("and {n} more", n=tool.uses_more), class_name="hint")),
    )


def _use(use: rx.Var[ToolUse]) -> rx.Component:
    return rx.el.li(
        page_link(use.name, href=agent_path(use.agent_id), dir="auto"),
        rx.el.span(t_one_of(use.approval, TOOL_APPROVALS, use.approval), class_name="tag"),
        key=use.agent_id,
    )
