"""The palette: from every page to every other, to what runs, and to what can be done, by typing."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState
from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.icons import icon, icon_path
from execution_hub.ui.components.keyboard import opener
from execution_hub.ui.components.steps import step_icons
from execution_hub.ui.live import LiveState
from execution_hub.ui.palette import PaletteState
from execution_hub.ui.text import LocaleState, in_each_language, t
from execution_hub.views.addresses import (
    AGENTS,
    DASHBOARD,
    NEW_WORKFLOW,
    SETTINGS,
    SUITES,
    TASKS,
    TOOLS,
    WORKERS,
    WORKFLOWS,
    dashboard_path,
    new_path,
)
from execution_hub.views.palette import STARTS, PaletteEntry
from execution_hub.words.catalogue import CATALOGUES, language_name
from execution_hub.words.marking import N_
from execution_hub.words.say import say

Palette = browser_component(
    "palette.jsx",
    "Palette",
    entries=list[dict[str, Any]],
    found=list[PaletteEntry],
    found_for=str,
    words=dict[str, Any],
    icons=dict[str, str],
    on_search=event(str),
    on_pause=event(bool),
    on_language=event(str),
    on_theme=event(),
)
_API_DOCS = "/api/docs"
_FIELD_OF_NAME = "#name"
_ICONS = (
    "activity",
    "tasks",
    "workflow",
    "play",
    "plus",
    "pause",
    "search",
    "moon",
    "globe",
    "keyboard",
    "layers",
    "edit",
    "sliders",
    "suite",
    "tool",
)


def palette() -> rx.Component:
    """Hold the palette; `Ctrl+K` and its buttons open it."""
    return Palette.create(
        entries=rx.Var.create([*_pages(), *_actions()]),
        found=PaletteState.found,
        found_for=PaletteState.found_for,
        words=rx.Var.create(_words()),
        icons={**step_icons(), **{name: icon_path(name) for name in _ICONS}},
        on_search=PaletteState.search,
        on_pause=ActionState.pause_queue,
        on_language=LocaleState.choose_language,
        on_theme=rx.toggle_color_mode,
    )


def palette_button() -> rx.Component:
    """Show the way to the palette as the field it opens with."""
    return opener(
        icon("search"),
        rx.el.span(t("Search or jump")),
        rx.el.kbd("Ctrl K", aria_hidden=True),
        opens="palette",
        class_name="palette-button",
        custom_attrs={"aria-keyshortcuts": "Control+K Meta+K", "data-testid": "palette-open"},
    )


def palette_icon_button() -> rx.Component:
    """Show the way to the palette where there is little room."""
    return opener(
        icon("jump"),
        opens="palette",
        class_name="btn quiet square palette-icon",
        custom_attrs={"aria-label": t("Search or jump"), "data-testid": "palette-icon"},
    )


def _words() -> dict[str, Any]:
    return {
        "label": t("Search or jump"),
        "placeholder": t("A page, a name, #56, something to do"),
        "found": t("What was found"),
        "nothing": t("Nothing matches"),
        "count": t("{n} found", n="{n}"),
        "search_all": t("Search all executions for “{text}”", text="{text}"),
        "choose": t("choose"),
        "open": t("open"),
        "close": t("Close"),
        "groups": {
            "executions": t("Executions"),
            "agents": t("Agents"),
            "workflows": t("Workflows"),
            "tasks": t("Tasks"),
            "suites": t("Suites"),
            "pages": t("Pages"),
            "actions": t("Actions"),
            "search": t("History"),
        },
        **{
            kind: [t(text, name="{name}"), *(say(language, text, name="{name}") for language in CATALOGUES)]
            for kind, text in STARTS.items()
        },
    }


def _pages() -> list[dict[str, Any]]:
    return [
        _entry("activity", N_("Dashboard"), path=DASHBOARD),
        _entry("agent", N_("Agents"), path=AGENTS),
        _entry("workflow", N_("Workflows"), path=WORKFLOWS),
        _entry("tasks", N_("Tasks"), path=TASKS),
        _entry("suite", N_("Suites"), path=SUITES),
        _entry("tool", N_("Tools"), path=TOOLS),
        _entry("layers", N_("Workers"), path=WORKERS),
        _entry("sliders", N_("Settings"), path=SETTINGS),
        _entry("waiting", N_("What needs you"), path=dashboard_path(status="waiting")),
        _entry("pending", N_("What runs"), path=dashboard_path(status="running")),
        _entry("failed", N_("What failed in the last 24 hours"), path=dashboard_path(status="failed", time="24h")),
        _entry("edit", N_("API documentation"), path=_API_DOCS, is_outside=True),
    ]


def _actions() -> list[dict[str, Any]]:
    return [
        _entry("plus", N_("New agent"), "actions", path=new_path(AGENTS), focus=_FIELD_OF_NAME),
        _entry("plus", N_("New workflow"), "actions", path=NEW_WORKFLOW),
        _entry("plus", N_("New task"), "actions", path=new_path(TASKS), focus=_FIELD_OF_NAME),
        _entry("plus", N_("New suite"), "actions", path=new_path(SUITES), focus=_FIELD_OF_NAME),
        _choice(
            "pause",
            LiveState.is_queue_paused,
            (N_("Resume the queue"), "resume"),
            (N_("Pause the queue"), "pause"),
            act="pause",
        ),
        _choice(
            "moon",
            rx.color_mode == "light",
            (N_("Use the dark look"), "dark"),
            (N_("Use the light look"), "light"),
            act="theme",
        ),
        *(_language(language) for language in CATALOGUES),
        _entry("keyboard", N_("Show the keys"), "actions", act="help"),
    ]


def _entry(icon_name: str, text: str, group: str = "pages", **more: Any) -> dict[str, Any]:
    key = f"{group}-{text}".replace(" ", "-")
    return {"key": key, "group": group, "icon": icon_name, "label": t(text), "also": _in_all(text), **more}


def _choice(icon_name: str, is_so: Any, then: tuple[str, str], other: tuple[str, str], *, act: str) -> dict[str, Any]:
    """Return the one of two entries that there is something to do for."""
    return {
        "key": f"actions-{act}",
        "group": "actions",
        "icon": icon_name,
        "label": rx.cond(is_so, t(then[0]), t(other[0])),
        "also": rx.cond(is_so, _in_all(then[0]), _in_all(other[0])),
        "act": act,
        "value": rx.cond(is_so, then[1], other[1]),
    }


def _language(language: str) -> dict[str, Any]:
    def switch(spoken: str) -> str:
        return say(spoken, "Switch to {language}", language=language_name(language, spoken))

    return {
        "key": f"actions-{language}",
        "group": "actions",
        "icon": "globe",
        "label": in_each_language(switch),
        "also": " ".join([*map(switch, CATALOGUES), language_name(language, language)]),
        "act": "language",
        "value": language,
    }


def _in_all(text: str) -> str:
    """Return words in every language: who thinks in one finds them in another."""
    return " ".join(say(language, text) for language in CATALOGUES)
