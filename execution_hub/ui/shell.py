"""The frame of every page: navigation, heading, connection, monitor, and what is announced."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import one_beat, server_clock
from execution_hub.ui.components.buttons import icon_button, page_link
from execution_hub.ui.components.connection import connection
from execution_hub.ui.components.foot import foot
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.keyboard import Keys, arrival, keyboard, opener
from execution_hub.ui.components.monitor import monitor
from execution_hub.ui.components.page_language import language_choice, page_language
from execution_hub.ui.components.palette import palette, palette_button, palette_icon_button
from execution_hub.ui.components.queue import queue_badge
from execution_hub.ui.components.title import tab_title
from execution_hub.ui.components.toasts import toasts
from execution_hub.ui.components.trail import trail_notes
from execution_hub.ui.components.visibility import visibility
from execution_hub.ui.live import LiveState, PageState
from execution_hub.ui.text import t
from execution_hub.version import VERSION
from execution_hub.views.addresses import AGENTS, DASHBOARD, SETTINGS, SUITES, TASKS, TOOLS, WORKERS, WORKFLOWS

_VERSION = VERSION.removesuffix(".0")


def page_frame(
    title: rx.Var[str] | str,
    *children: Any,
    active: str = AGENTS,
    crumbs: Any = None,
    beside: Any = None,
    actions: Any = None,
    shown: rx.Var[int] | int = 0,
    also_shown: rx.Var[list[int]] | None = None,
    bar: Any = None,
    is_full: rx.Var[bool] | bool = False,
    named: rx.Var[str] | str | None = None,
    keys: Sequence[Keys] = (),
) -> rx.Component:
    """Put a page's content into the frame.

    Args:
        title: The page's heading.
        *children: Its content.
        active: The route that is lit in the navigation.
        crumbs: What stands above the heading: the way back.
        beside: What stands beside it, before the connection.
        actions: What stands at its right.
        shown: The execution the page is about; 0 for none.
        also_shown: Others that it shows as they run: of none of them it needs a notice.
        bar: What the page adds to its foot.
        is_full: Whether its content reaches to where the monitor floats.
        named: What the tab is called; the heading where that is only words.
        keys: The keys of the page, besides those of every page.
    """
    tab = named if named is not None else title
    return rx.el.div(
        rx.el.a(t("Skip to the content"), href="#content", class_name="skip-link"),
        server_clock(PageState.server_time),
        page_language(),
        one_beat(),
        # First, so that what the page itself gives the focus to comes after.
        arrival(),
        keyboard(*keys),
        trail_notes(),
        visibility(PageState.note_visibility),
        _navigation(active),
        rx.el.main(
            rx.el.div(crumbs, class_name="crumb") if crumbs is not None else rx.fragment(),
            rx.el.header(
                rx.el.h1(title, dir="auto", tab_index=-1),
                beside if beside is not None else rx.fragment(),
                connection(),
                queue_badge(),
                rx.el.span(class_name="sp"),
                palette_icon_button(),
                actions if actions is not None else rx.fragment(),
                class_name="page-head",
            ),
            *children,
            id="content",
            tab_index=-1,
        ),
        foot(bar) if bar is not None else foot(),
        monitor(shown, is_pill=is_full),
        rx.el.div(
            t("{running} running, {pending} pending", running=LiveState.running_count, pending=LiveState.pending_count),
            rx.cond(
                LiveState.waiting_count > 0, rx.fragment(", ", t("{n} waiting for you", n=LiveState.waiting_count))
            ),
            class_name="sr",
            role="status",
            aria_live="polite",
        ),
        tab_title(tab, LiveState.running_count, LiveState.waiting_count > 0),
        toasts(LiveState.running, LiveState.waiting, LiveState.ended, _seen(shown, also_shown)),
        palette(),
        class_name="app",
    )


def _seen(shown: rx.Var[int] | int, also: rx.Var[list[int]] | None) -> rx.Var[list[int]]:
    one: rx.Var[list[int]] = rx.Var.create([shown])  # type: ignore[list-item] # of a Var, too
    return one if also is None else one + also


def _navigation(active: str) -> rx.Component:
    return rx.el.nav(
        rx.el.div(rx.el.span(class_name="logo"), t("Execution Hub"), class_name="brand"),
        palette_button(),
        _nav_link("activity", t("Dashboard"), DASHBOARD, is_on=active == DASHBOARD, count=LiveState.running_count),
        _nav_link("agent", t("Agents"), AGENTS, is_on=active == AGENTS),
        _nav_link("workflow", t("Workflows"), WORKFLOWS, is_on=active == WORKFLOWS),
        _nav_link("tasks", t("Tasks"), TASKS, is_on=active == TASKS),
        _nav_link("suite", t("Suites"), SUITES, is_on=active == SUITES),
        _nav_link("tool", t("Tools"), TOOLS, is_on=active == TOOLS),
        _nav_link("layers", t("Workers"), WORKERS, is_on=active == WORKERS),
        rx.el.div(
            rx.el.div(
                language_choice(),
                rx.el.span(
                    rx.color_mode_cond(
                        icon_button("moon", t("Use the dark look"), on_click=rx.toggle_color_mode),
                        icon_button("sun", t("Use the light look"), on_click=rx.toggle_color_mode),
                    ),
                    class_name="look-switch",
                ),
                page_link(
                    icon("sliders"),
                    href=SETTINGS,
                    class_name="btn quiet square",
                    aria_label=t("Settings"),
                    title=t("Settings"),
                    aria_current="page" if active == SETTINGS else "false",
                    data_testid="settings-link",
                ),
                opener(
                    rx.el.kbd("?", aria_hidden=True),
                    opens="help",
                    class_name="btn quiet square help-button",
                    custom_attrs={"aria-label": t("Keyboard"), "title": t("Keyboard"), "data-testid": "help-open"},
                ),
                class_name="switches",
            ),
            rx.el.div(
                rx.cond(
                    PageState.slots > 0,
                    t(
                        "v{version} · {database} · {slots} at once",
                        version=_VERSION,
                        database=PageState.database,
                        slots=PageState.slots,
                    ),
                    f"v{_VERSION}",
                ),
                class_name="foot",
            ),
            class_name="nav-end",
        ),
        class_name="side",
        aria_label=t("Pages"),
    )


def _nav_link(
    name: str, label: rx.Var[str], href: str, *, is_on: bool, count: "rx.Var[int] | None" = None
) -> rx.Component:
    return page_link(
        icon(name),
        rx.el.span(label),
        rx.cond(count > 0, rx.el.b(count)) if count is not None else rx.fragment(),
        href=href,
        class_name="on" if is_on else "",
        aria_current="page" if is_on else "false",
    )
