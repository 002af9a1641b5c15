"""How the list of suites looks: a card each with what it tests and how its last run went."""

from typing import Any

import reflex as rx

from execution_hub.domain.suite import DESCRIPTION_MAX
from execution_hub.ui.catalogue.duplicate_button import duplicate_tool
from execution_hub.ui.catalogue.list_page import list_page, named, named_skeleton, new_button, new_form
from execution_hub.ui.components.buttons import button, icon_button, page_link
from execution_hub.ui.components.card import card, empty_state
from execution_hub.ui.components.fields import problem_of, text_area, text_field
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.suite_marks import run_class, run_mark
from execution_hub.ui.pages.suites.state import SuitesState
from execution_hub.ui.routes import suite_path
from execution_hub.ui.text import t, tn
from execution_hub.views.addresses import SUITES


def suites_page() -> rx.Component:
    """Show the suites."""
    return list_page(
        SuitesState,
        t("Suites"),
        _suite_card,
        active=SUITES,
        actions=new_button(SuitesState, t("New suite"), data_testid="suite-new"),
        skeleton_card=named_skeleton("60%"),
        empty=_empty(),
        above=new_form(
            SuitesState,
            t("New suite"),
            t("Create suite"),
            _fields(),
            long_field=("description", DESCRIPTION_MAX),
            class_name="agent-form",
            data_testid="suite-create",
        ),
        is_busy=SuitesState.is_form_open,
    )


def _fields() -> rx.Component:
    return rx.fragment(
        text_field("name", t("Name"), error=problem_of(SuitesState.problems, "name"), auto_complete="off"),
        text_area(
            "description",
            t("Description"),
            error=problem_of(SuitesState.problems, "description"),
            placeholder=t("What it is for"),
            rows="2",
            limit=DESCRIPTION_MAX,
        ),
    )


def _suite_card(suite: Any) -> rx.Component:
    link = page_link(
        *named(suite, "suite"),
        rx.el.span(
            icon("play", class_name="i small"),
            rx.cond(
                suite.targets != "",
                rx.el.span(
                    suite.targets,
                    rx.cond(suite.more_targets > 0, rx.fragment(" ", t("and {n} more", n=suite.more_targets))),
                    dir="auto",
                ),
                rx.el.span(t("tests nothing yet")),
            ),
            class_name="suite-targets",
        ),
        rx.el.span(
            rx.el.span(tn("{n} case", "{n} cases", suite.cases), class_name="tag"),
            rx.cond(suite.is_own, rx.el.span(t("of its agent"), class_name="tag")),
            rx.cond(suite.on_save, rx.el.span(t("on save"), class_name="tag")),
            rx.cond(suite.has_schedule, rx.el.span(t("scheduled"), class_name="tag")),
            rx.el.span(t("needs {n} %", n=suite.needed), class_name="faint"),
            run_mark(suite.last),
            class_name="agent-foot",
        ),
        href=suite_path(suite.id),
        class_name=run_class("agent-card suite-card card", suite.last),
        data_testid="suite-row",
        data_suite_id=suite.id,
        data_verdict=suite.last.verdict,
        data_status=suite.last.status,
    )
    tools = rx.el.div(
        icon_button(
            "play",
            t("Run {name}", name=suite.name),
            on_click=SuitesState.run(suite.id),
            disabled=~suite.can_run | (SuitesState.starting > 0),
            data_act="run",
            data_testid="suite-run",
        ),
        duplicate_tool("suites", suite),
        class_name="card-tools suite-tools",
    )
    return rx.el.li(link, tools, key=suite.id)


def _empty() -> rx.Component:
    action = button(t("Create your first suite"), icon="plus", kind="primary", on_click=SuitesState.toggle_form)
    return card(
        empty_state(
            "suite",
            t("No suites yet"),
            t(
                "A suite is a list of cases, each an input and what the answer must be, that agents or workflows are "
                "tested on. Run it before and after a change, and see what broke."
            ),
            action,
        )
    )
