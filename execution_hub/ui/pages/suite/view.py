"""How a suite's page looks."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.catalogue.duplicate_button import duplicate_button
from execution_hub.ui.components.bench import save_key
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.conflict import conflict_dialog
from execution_hub.ui.components.editor import focus_field, leave_guard, when_changed
from execution_hub.ui.components.edits import returns
from execution_hub.ui.components.fields import text_field
from execution_hub.ui.components.keyboard import Key, Keys
from execution_hub.ui.components.long_input import within
from execution_hub.ui.components.queue import queue_notice
from execution_hub.ui.components.suite_charts import suite_charts
from execution_hub.ui.components.suite_marks import run_mark
from execution_hub.ui.pages.suite.agreement_card import agreement_card
from execution_hub.ui.pages.suite.case_form import INPUT_ID, case_card
from execution_hub.ui.pages.suite.cases_card import cases_card
from execution_hub.ui.pages.suite.paste_dialog import paste_dialog
from execution_hub.ui.pages.suite.runs_card import runs_card
from execution_hub.ui.pages.suite.runs_state import SuiteRunsState
from execution_hub.ui.pages.suite.settings_card import delete_part, settings_card
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.suite.typed import problem_of, setting
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import LocaleState, t
from execution_hub.views.addresses import SUITES
from execution_hub.words.marking import N_

SUITE_KEYS = Keys(N_("This suite"), (Key({"n": "new"}, N_("Write a new case")),))


def suite_page() -> rx.Component:
    """Show a suite."""
    is_there = SuiteState.is_loaded & ~SuiteState.is_missing
    return page_frame(
        rx.cond(
            SuiteState.is_missing,
            t("There is no such suite"),
            rx.cond(SuiteState.is_loaded, SuiteState.title, skeleton("150px", "29px")),
        ),
        rx.cond(SuiteState.failure != "", notice(SuiteState.failure, kind="bad", icon="warning", role="alert")),
        rx.cond(SuiteState.problem != "", notice(SuiteState.problem, kind="bad", icon="warning", role="alert")),
        rx.cond(
            SuiteState.not_started != "",
            notice(
                t("It was to run by itself and did not: {why}", why=SuiteState.not_started), kind="bad", icon="warning"
            ),
        ),
        queue_notice(),
        rx.cond(
            SuiteState.newer != "",
            notice(
                t("Somebody has saved this meanwhile: {fields}. You are asked when you save.", fields=SuiteState.newer),
                kind="warn",
                icon="warning",
                role="status",
            ),
        ),
        rx.cond(SuiteState.is_missing, _missing(), rx.cond(SuiteState.is_loaded, _editor(), _skeleton())),
        active=SUITES,
        crumbs=rx.fragment(
            page_link(t("Suites"), href=SUITES),
            rx.cond(SuiteState.suite_id > 0, rx.el.span(" / #", SuiteState.suite_id)),
        ),
        beside=rx.fragment(
            rx.cond(
                is_there & (SuiteRunsState.runs.length() > 0),
                rx.el.span(run_mark(SuiteRunsState.runs[0]), class_name="suite-head-mark"),
            ),
            rx.cond(SuiteState.is_dirty, rx.el.span(t("Unsaved changes"), class_name="tag unsaved")),
        ),
        actions=rx.cond(SuiteState.is_missing, rx.fragment(), _actions()),
        named=rx.cond(is_there, SuiteState.title, ""),
        keys=[SUITE_KEYS],
        # It reaches to where the monitor floats.
        is_full=True,
    )


def _actions() -> rx.Component:
    cannot = rx.cond(
        SuiteState.case_count == 0,
        t("Write a case first"),
        rx.cond(SuiteState.targets.length() == 0, t("Say first what is to be tested"), ""),
    )
    return rx.el.div(
        rx.el.span(rx.cond(SuiteState.is_saved, t("Saved"), ""), class_name="saved", role="status"),
        duplicate_button("suites", SuiteState.suite_id, is_dirty=SuiteState.is_dirty),
        within(
            INPUT_ID,
            INPUT_MAX,
            button(
                t("Save"),
                icon="check",
                busy=SuiteState.is_saving,
                disabled=~SuiteState.is_loaded | ~SuiteState.is_dirty,
                title=t("Ctrl + S"),
                class_name="save",
                on_click=SuiteState.save,
                data_act="save",
                data_testid="suite-save",
            ),
            button(
                rx.cond(SuiteState.is_dirty, t("Save and run"), t("Run")),
                icon="play",
                kind="primary",
                busy=SuiteState.submitting,
                disabled=~SuiteState.is_loaded | (cannot != "") | SuiteState.is_saving,
                title=rx.cond(cannot != "", cannot, t("Ctrl + Shift + Enter")),
                on_click=SuiteState.save_and_run,
                data_act="run-all",
                data_testid="suite-run",
            ),
        ),
        class_name="head-actions",
    )


def _editor() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                _texts(),
                cases_card(),
                runs_card(),
                agreement_card(),
                suite_charts(SuiteState.suite_id),
                class_name="stack",
            ),
            rx.el.aside(case_card(), settings_card(), delete_part(), class_name="stack"),
            class_name="editor suite-editor",
        ),
        paste_dialog(),
        focus_field(SuiteState.focus),
        leave_guard(
            SuiteState.is_dirty & ~SuiteState.is_saving,
            t("Leave without saving your changes?"),
            SuiteState.forget_changes,
        ),
        when_changed(LocaleState.language, SuiteState.speak),
        save_key(),
        returns(SuiteState.look_again),
        conflict_dialog(SuiteState),
        # Not the skeleton grown into it: its parts would be seen moving to their places.
        key="editor",
    )


def _texts() -> rx.Component:
    return card(
        rx.el.div(
            text_field(
                "suite-name",
                t("Name"),
                error=problem_of("name"),
                default_value=SuiteState.settings.name,
                auto_complete="off",
                data_testid="suite-name",
                **setting("name"),
            ),
            text_field(
                "suite-description",
                t("Description"),
                error=problem_of("description"),
                default_value=SuiteState.settings.description,
                placeholder=t("What it is for"),
                auto_complete="off",
                data_testid="suite-description",
                **setting("description"),
            ),
            class_name="editor-texts",
            key=SuiteState.form_key,
        ),
        class_name="texts-card",
    )


def _missing() -> rx.Component:
    action = link_button(t("Show all suites"), SUITES, icon="suite", kind="primary")
    return card(
        empty_state(
            "suite",
            t("There is no such suite"),
            t("It was deleted, or the address is mistyped. Its runs are still in the history."),
            action,
        )
    )


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            card(rx.el.div(skeleton("100%", "62px"), skeleton("100%", "62px"), class_name="editor-texts")),
            card(skeleton("100%", "280px"), title=t("Cases")),
            class_name="stack",
        ),
        rx.el.aside(card(skeleton("100%", "420px"), title=t("Settings")), class_name="stack"),
        class_name="editor suite-editor",
        aria_hidden=True,
        key="skeleton",
    )
