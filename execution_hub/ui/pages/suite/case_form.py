"""The form of the case that is shown."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.components.buttons import icon_button, page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.components.fields import text_area, text_field
from execution_hub.ui.pages.suite.check_fields import checks_field
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.suite.typed import case_field, case_problem
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t

INPUT_ID = "case-input"


def case_card() -> rx.Component:
    """Show the form of a case, if one is shown."""
    case, key = SuiteState.case, SuiteState.selected
    form = rx.el.div(
        text_field(
            "case-name",
            t("Name"),
            error=case_problem("name"),
            default_value=case.name,
            auto_complete="off",
            data_testid="case-name",
            **case_field("name"),
        ),
        text_area(
            INPUT_ID,
            t("Input"),
            error=case_problem("input"),
            default_value=case.input,
            rows="5",
            limit=INPUT_MAX,
            spell_check=False,
            data_testid="case-input",
            **case_field("input"),
        ),
        checks_field(),
        text_area(
            "case-golden",
            t("Golden answer"),
            hint=t("What a good answer is: for people, and for the check “is like the golden answer”."),
            error=case_problem("golden"),
            default_value=case.golden,
            rows="2",
            data_testid="case-golden",
            **case_field("golden"),
        ),
        _more_fields(),
        rx.cond(
            case.execution_id > 0,
            rx.el.p(
                t("Pinned from"),
                " ",
                page_link("#", case.execution_id, href=execution_path(case.execution_id)),
                class_name="hint",
            ),
        ),
        class_name="step-form",
        key=SuiteState.case_key,
    )
    return rx.cond(key != "", card(form, title=t("Case"), aside=_tools(key), class_name="case-card"))


def _more_fields() -> rx.Component:
    case = SuiteState.case
    return rx.el.details(
        rx.el.summary(t("Variables, tags, share of checks")),
        text_area(
            "case-variables",
            t("Variables"),
            hint=t("Each on a line: name = value. The input uses them as {use}.", use="{{ name }}"),
            error=case_problem("variables"),
            default_value=case.variables,
            rows="2",
            spell_check=False,
            class_name="mono",
            data_testid="case-variables",
            **case_field("variables"),
        ),
        text_field(
            "case-tags",
            t("Tags"),
            hint=t("With commas between them."),
            error=case_problem("tags"),
            default_value=case.tags,
            auto_complete="off",
            data_testid="case-tags",
            **case_field("tags"),
        ),
        text_field(
            "case-min_score",
            t("Checks that must pass, % by weight"),
            error=case_problem("min_score"),
            default_value=case.min_score,
            input_mode="decimal",
            auto_complete="off",
            data_testid="case-min-score",
            **case_field("min_score"),
        ),
        open=(case_problem("variables") != "") | (case_problem("tags") != "") | (case_problem("min_score") != ""),
        class_name="case-more",
    )


def _tools(key: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        icon_button("chevron_up", t("Move up"), on_click=SuiteState.move_case(key, -1), data_testid="case-up"),
        icon_button("chevron_down", t("Move down"), on_click=SuiteState.move_case(key, 1), data_testid="case-down"),
        icon_button("copy", t("Duplicate"), on_click=SuiteState.duplicate_case(key), data_testid="case-duplicate"),
        icon_button("trash", t("Remove"), on_click=SuiteState.remove_case(key), data_testid="case-remove"),
        icon_button("cross", t("Close"), on_click=SuiteState.close_case, data_testid="case-close"),
        class_name="case-tools",
    )
