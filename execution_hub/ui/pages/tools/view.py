"""How the page Tools looks."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import moment
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.keyboard import CARD_KEYS
from execution_hub.ui.pages.tools.state import ToolsState
from execution_hub.ui.pages.tools.tool_detail import tool_detail
from execution_hub.ui.pages.tools.try_panel import other_try
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t, t_around, t_one_of, tn
from execution_hub.views.addresses import TOOLS
from execution_hub.views.tool_page import ServerCard, ToolLine
from execution_hub.words.by_value import SERVER_STATUSES, TOOL_HINTS

_GUIDE = "/api/docs/guide/agents"
_EXAMPLE = """{
  "mcpServers": {
    "time": {
      "command": "mcp-server-time",
      "args": ["--local-timezone", "UTC"],
      "hub": {"idempotent": ["get_current_time"]}
    }
  }
}"""
_ID = "server-"
# The tones of statuses are those of executions.
_TONES = {"ready": "s-succeeded", "starting": "s-running", "failed": "s-failed"}


def tools_page() -> rx.Component:
    """Show the servers of tools and what they offer."""
    state = ToolsState
    return page_frame(
        t("Tools"),
        _summary(),
        other_try(state.tool.key),
        rx.cond(
            state.is_loaded,
            rx.fragment(
                rx.el.div(rx.foreach(state.servers, _server), class_name="stack tool-servers"),
                rx.cond((state.servers.length() == 0) & (state.q != ""), card(_no_match())),
                rx.cond(~state.has_file & (state.q == ""), _how_to()),
            ),
            _skeleton(),
        ),
        active=TOOLS,
        keys=[CARD_KEYS],
        actions=_search(),
    )


def _summary() -> rx.Component:
    state = ToolsState
    return rx.el.p(
        rx.cond(
            state.is_loaded,
            rx.fragment(
                t("Servers ready: {ready} of {n}", ready=state.ready, n=state.server_count),
                rx.cond(
                    state.failed.length() > 0,
                    rx.fragment(
                        " · ",
                        rx.el.span(
                            icon("cross"),
                            t("Failed:"),
                            rx.foreach(state.failed, lambda name: rx.el.a(name, href=f"#{_ID}{name}", dir="auto")),
                            class_name="told bad failed-servers",
                        ),
                    ),
                ),
                " · ",
                tn("{n} tool", "{n} tools", state.count),
                " · ",
                t("What a tool says of itself comes from its server, and is not verified."),
            ),
            skeleton("320px"),
        ),
        class_name="hint tools-summary",
        role="status",
        data_testid="tools-summary",
    )


def _search() -> rx.Component:
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            default_value=ToolsState.q,
            placeholder=t("Search tools"),
            aria_label=t("Search tools"),
            on_change=ToolsState.search.debounce(250),
            key=ToolsState.is_loaded.to_string(),
            custom_attrs={"data-search": "true"},
            data_testid="tools-search",
        ),
        rx.el.kbd("/", aria_hidden=True),
        class_name="search",
    )


def _no_match() -> rx.Component:
    clear = button(t("Show all"), on_click=ToolsState.search(""), data_testid="tools-clear")
    return empty_state("search", t("Nothing matches"), t("No tool holds these words."), clear)


def _skeleton() -> rx.Component:
    lines = [rx.el.div(skeleton("30%"), skeleton("60%"), class_name="tool-open") for _ in range(4)]
    return card(rx.el.div(skeleton("120px", "20px"), class_name="server-head"), *lines, aria_hidden=True)


def _server(server: rx.Var[ServerCard]) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(server.name, dir="auto"),
            rx.cond(server.is_built_in, rx.el.span(t("built in"), class_name="tag")),
            _status(server),
            rx.cond(
                server.since != "",
                rx.el.span(t_around("since {at}", moment(server.since)), class_name="server-since"),
            ),
            rx.el.span(tn("{n} tool", "{n} tools", server.count), class_name="aside num"),
            class_name="server-head",
        ),
        _error(server),
        rx.cond(
            server.tools.length() > 0,
            rx.fragment(
                rx.cond(
                    server.status != "ready",
                    rx.el.p(t("What it offered before. It cannot be called now."), class_name="hint"),
                ),
                rx.el.ul(rx.foreach(server.tools, _tool), class_name="tool-list"),
            ),
        ),
        rx.cond(
            server.hidden > 0,
            button(
                t("Show {n} more", n=server.hidden),
                icon="chevron_down",
                kind="quiet",
                on_click=ToolsState.show_all(server.name),
                data_testid="server-more",
            ),
        ),
        class_name="card pad server-card",
        key=server.name,
        id=f"{_ID}{server.name}",
        data_testid="tool-server",
        data_server=server.name,
        data_status=server.status,
    )


def _status(server: rx.Var[ServerCard]) -> rx.Component:
    return rx.el.span(
        rx.match(
            server.status,
            ("ready", icon("check")),
            ("failed", icon("cross")),
            icon("spinner", class_name="i spin"),
        ),
        t_one_of(server.status, SERVER_STATUSES, server.status),
        class_name=rx.match(server.status, *((name, f"badge {tone}") for name, tone in _TONES.items()), "badge"),
    )


def _error(server: rx.Var[ServerCard]) -> rx.Component:
    told = rx.cond(
        server.status == "ready",
        notice(server.error, kind="warn", icon="warning", data_testid="server-note"),
        rx.el.div(
            icon("warning"),
            rx.el.div(
                rx.el.p(server.error, class_name="server-error", dir="auto"),
                rx.el.p(t("The hub tries it again by itself, at least once a minute."), class_name="hint"),
            ),
            class_name="notice bad",
            data_testid="server-error",
        ),
    )
    return rx.cond(server.error != "", told)


def _tool(tool: rx.Var[ToolLine]) -> rx.Component:
    is_open = ToolsState.tool.key == tool.key
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(tool.name, class_name="tool-name", dir="auto"),
                rx.cond(
                    tool.mark != "",
                    rx.el.span(
                        t_one_of(tool.mark, TOOL_HINTS, tool.mark),
                        class_name=rx.cond(tool.mark == "destructiveHint", "tag warn", "tag"),
                    ),
                ),
                rx.cond(tool.is_idempotent, rx.el.span(t("may run again"), class_name="tag")),
                class_name="tool-title",
            ),
            rx.el.span(
                rx.cond(
                    tool.agents > 0,
                    rx.fragment(icon("agent"), tn("{n} agent", "{n} agents", tool.agents)),
                ),
                class_name="tool-agents num",
            ),
            rx.cond(is_open, icon("chevron_up"), icon("chevron_down")),
            rx.cond(~is_open, rx.el.span(tool.words, class_name="tool-words", dir="auto")),
            type="button",
            class_name="tool-open",
            aria_expanded=is_open,
            on_click=ToolsState.open_tool(tool.key),
            data_testid="tool-open",
        ),
        rx.cond(is_open, tool_detail()),
        class_name=rx.cond(is_open, "open", ""),
        key=tool.key,
        data_testid="tool",
        data_tool=tool.key,
    )


def _how_to() -> rx.Component:
    def step(*parts: Any) -> rx.Component:
        return rx.el.li(rx.el.span(*parts))

    return card(
        rx.el.ol(
            rx.el.li(
                rx.el.span(t("Write which servers you want into a file, such as mcp.json:")),
                rx.el.div(
                    rx.el.pre(
                        rx.el.code(_EXAMPLE), class_name="raw", tab_index=0, role="region", aria_label=t("Example")
                    ),
                    copy_button(_EXAMPLE),
                    class_name="example",
                ),
            ),
            step(t("Name the file in the hub's environment:"), " ", rx.el.code("HUB_MCP_FILE=/path/to/mcp.json")),
            step(t("Start the hub again. Their tools then stand here.")),
            class_name="how-to",
        ),
        rx.el.p(
            t("A server runs with the rights of the hub's user, so no page can add one."),
            " ",
            rx.el.a(t("Rights, secrets and what the file can say"), href=_GUIDE, target="_blank", rel="noopener"),
            class_name="hint",
        ),
        title=t("Add a server of tools"),
        data_testid="tools-how-to",
    )
