"""The table of cases: page by page, and by a text that they hold; what adds and exports them."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button, icon_button
from execution_hub.ui.components.card import card, empty_state
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.suite_marks import outcome_mark
from execution_hub.ui.pages.suite.paste_state import PasteState
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.suite.typed import problem_of
from execution_hub.ui.text import t, t_one_of
from execution_hub.words.of_suites import OUTCOMES

_FORMATS = ("csv", "jsonl")


def cases_card() -> rx.Component:
    """Show the cases."""
    return card(
        rx.el.p(problem_of("cases"), class_name="problem", role="alert", id="suite-cases", tab_index=-1),
        rx.cond(SuiteState.case_count > 0, _table(), _empty()),
        title=t("Cases"),
        aside=rx.el.div(
            rx.cond(SuiteState.case_count > 0, rx.el.span(SuiteState.case_count, data_testid="case-count")),
            rx.cond(SuiteState.case_count > 0, _search()),
            button(
                t("Paste or import"),
                icon="tasks",
                class_name="small",
                on_click=PasteState.open,
                aria_haspopup="dialog",
                data_testid="case-paste",
            ),
            button(
                t("New case"),
                icon="plus",
                class_name="small",
                on_click=SuiteState.add_case,
                data_act="new",
                data_testid="case-add",
            ),
            class_name="cases-actions",
        ),
        class_name="suite-cases-card",
    )


def _search() -> rx.Component:
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            default_value=SuiteState.case_q,
            placeholder=t("Search cases"),
            aria_label=t("Search cases"),
            on_change=SuiteState.search_cases.debounce(250),
            key=(SuiteState.case_q == "").to_string() + SuiteState.form_key,
            custom_attrs={"data-search": "true"},
            data_testid="case-search",
        ),
        class_name="search small",
    )


def _empty() -> rx.Component:
    return empty_state(
        "suite",
        t("No cases yet"),
        t(
            "A case is an input and what the answer must be. Write one, or copy rows in your spreadsheet and paste "
            "them here."
        ),
        button(t("Write the first case"), icon="plus", kind="primary", on_click=SuiteState.add_case),
        data_testid="cases-empty",
    )


def _table() -> rx.Component:
    return rx.fragment(
        rx.el.table(
            rx.el.caption(t("Cases, their checks, and what came of them in the last run"), class_name="sr"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("#", scope="col", class_name="case-no"),
                    rx.el.th(t("Case"), scope="col"),
                    rx.el.th(t("Checks"), scope="col", class_name="case-checks"),
                    rx.el.th(t("Last run"), scope="col", class_name="case-last"),
                )
            ),
            rx.el.tbody(rx.foreach(SuiteState.lines, _line)),
            class_name="suite-cases",
        ),
        rx.cond(SuiteState.found_count == 0, rx.el.p(t("No case holds this text."), class_name="muted")),
        rx.el.div(
            rx.cond(SuiteState.pages > 1, _pager()),
            rx.el.span(class_name="sp"),
            rx.el.span(t("Export"), class_name="hint"),
            *(_export(each) for each in _FORMATS),
            class_name="cases-foot",
        ),
    )


def _export(file_format: str) -> rx.Component:
    return rx.el.a(
        icon("download"),
        rx.el.span(file_format.upper()),
        href=f"/api/suites/{SuiteState.suite_id}/cases?format={file_format}",
        download=True,
        class_name="btn small",
        aria_label=t("Export the saved cases as {format}", format=file_format.upper()),
        data_testid=f"cases-export-{file_format}",
    )


def _pager() -> rx.Component:
    page = SuiteState.page
    return rx.el.div(
        icon_button("chevron_left", t("Page before"), on_click=SuiteState.go_to_page(page - 1), disabled=page == 0),
        rx.el.span(
            t("Page {page} of {pages}", page=page + 1, pages=SuiteState.pages), role="status", data_testid="cases-page"
        ),
        icon_button(
            "chevron_right",
            t("Page after"),
            on_click=SuiteState.go_to_page(page + 1),
            disabled=page + 1 >= SuiteState.pages,
            data_testid="cases-after",
        ),
        class_name="pager",
    )


def _line(line: Any) -> rx.Component:
    is_on = line.key == SuiteState.selected
    return rx.el.tr(
        rx.el.td(line.number, class_name="case-no"),
        rx.el.td(
            rx.el.button(
                rx.el.b(rx.cond(line.name != "", line.name, "–"), dir="auto"),
                rx.el.span(line.input, class_name="case-words", dir="auto"),
                rx.cond(
                    line.is_bad, rx.el.span(icon("warning"), rx.el.span(t("needs a change")), class_name="case-bad")
                ),
                type="button",
                aria_pressed=is_on,
                class_name="case-open",
                on_click=SuiteState.select_case(line.key),
                data_testid="case-open",
            ),
            rx.cond(
                line.tags.length() > 0,
                rx.el.span(
                    rx.foreach(line.tags, lambda tag: rx.el.span(tag, class_name="tag", dir="auto")),
                    class_name="case-tags",
                ),
            ),
        ),
        rx.el.td(
            rx.foreach(line.checks, lambda words: rx.el.span(words, class_name="case-check", dir="auto")),
            rx.cond(
                line.more_checks > 0,
                rx.el.span(t("and {n} more", n=line.more_checks), class_name="faint"),
            ),
            rx.cond(line.checks.length() == 0, rx.el.span(t("is answered"), class_name="faint")),
            class_name="case-checks",
        ),
        rx.el.td(
            rx.cond(
                line.outcome != "",
                outcome_mark(
                    line.outcome, rx.cond(line.outcome_text != "", line.outcome_text, t_one_of(line.outcome, OUTCOMES))
                ),
                rx.el.span("–", class_name="faint"),
            ),
            class_name="case-last",
        ),
        class_name=rx.cond(is_on, "on", ""),
        key=line.key,
        data_testid="case-row",
        data_case=line.name,
        data_outcome=line.outcome,
    )
