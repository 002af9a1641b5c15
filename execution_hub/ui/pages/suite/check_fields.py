"""The checks of the case that is shown: a block each, with the fields that its type needs."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import icon_button
from execution_hub.ui.components.fields import typed
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.suite.typed import DEBOUNCE_MS, case_problem
from execution_hub.ui.text import t
from execution_hub.views.check_form import LINES, NUMBERS
from execution_hub.words.by_value import OPERATIONS
from execution_hub.words.of_suites import CHECKS

_TOOLS = "check-tools"


def checks_field() -> rx.Component:
    """Show the checks, and what adds one."""
    return rx.el.div(
        rx.el.span(t("Checks"), class_name="field-label", id="case-checks", tab_index=-1),
        rx.el.ul(rx.foreach(SuiteState.checks, _check), class_name="check-list"),
        rx.cond(
            SuiteState.checks.length() == 0,
            rx.el.p(t("Without a check a case passes if it is answered at all."), class_name="hint"),
        ),
        rx.el.p(case_problem("checks"), class_name="problem", role="alert"),
        rx.el.select(
            rx.el.option(t("Add a check: the answer …"), value=""),
            *(rx.el.option(t(words), value=name) for name, words in CHECKS.items()),
            # It goes back to its first option, whatever was chosen.
            value="",
            on_change=SuiteState.add_check,
            aria_label=t("Add a check"),
            class_name="input select check-add",
            data_testid="check-add",
        ),
        rx.el.datalist(rx.foreach(SuiteState.tools, lambda name: rx.el.option(value=name)), id=_TOOLS),
        class_name="field",
    )


def _check(check: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.select(
                *(rx.el.option(t(words), value=name) for name, words in CHECKS.items()),
                id=f"check-{check.key}",
                class_name="input select",
                default_value=check.type,
                on_change=lambda kind: SuiteState.change_check(check.key, "type", kind),
                aria_label=t("What the answer must be"),
                data_testid="check-type",
            ),
            rx.el.button(
                rx.cond(check.is_not, icon("check"), rx.fragment()),
                rx.el.span(t("not")),
                type="button",
                class_name="chip toggle-chip",
                aria_pressed=check.is_not,
                title=t("Passes where it would not"),
                on_click=SuiteState.toggle_not(check.key, ~check.is_not),
                data_testid="check-not",
            ),
            icon_button("trash", t("Remove"), on_click=SuiteState.remove_check(check.key), data_testid="check-remove"),
            class_name="check-head",
        ),
        rx.match(
            check.type,
            ("json_field", _json_field(check)),
            ("tool_called", _tool(check)),
            ("similar", _similar(check)),
            ("judge", _judge(check)),
            ("is_json", rx.fragment()),
            ("equals", _area(check, "value", t("The whole answer"))),
            ("json_schema", _area(check, "value", t("A JSON Schema"), is_code=True)),
            *((name, _area(check, "value", t("Each text on a line of its own"))) for name in LINES),
            *((name, _line(check, "value", t("A number"), input_mode="decimal")) for name in NUMBERS),
            ("matches", _line(check, "value", t("A regular expression of RE2"), is_code=True)),
            ("stop_reason", _line(check, "value", t("Such as end_turn or max_tokens"), is_code=True)),
            _line(check, "value", t("The text")),
        ),
        rx.el.label(
            rx.el.span(t("Weight")),
            _input(check, "weight", t("Weight"), input_mode="decimal"),
            class_name="check-weight",
        ),
        _problem(check, "weight"),
        key=check.key,
        data_testid="check",
        data_type=check.type,
    )


def _json_field(check: Any) -> rx.Component:
    operation = rx.el.select(
        *(rx.el.option(t(words), value=name) for name, words in OPERATIONS.items()),
        class_name="input select",
        default_value=check.op,
        on_change=lambda op: SuiteState.change_check(check.key, "op", op),
        aria_label=t("How to compare"),
        data_testid="check-op",
    )
    return rx.fragment(
        _line(check, "field", t("Field, as in a.b[0]"), is_code=True),
        operation,
        _line(check, "value", t("Value")),
    )


def _tool(check: Any) -> rx.Component:
    return rx.fragment(
        _line(check, "tool", t("The tool, as SERVER__TOOL"), is_code=True, list=_TOOLS),
        _area(check, "arguments", t("With these arguments, as JSON; empty for any"), is_code=True),
    )


def _similar(check: Any) -> rx.Component:
    return rx.fragment(
        _line(check, "at_least", t("How alike at least, 0 to 1; empty for 0.8"), input_mode="decimal"),
        _area(check, "value", t("To this text; empty for the golden answer")),
    )


def _judge(check: Any) -> rx.Component:
    is_offered = SuiteState.judges.map(lambda each: each.value).contains(check.agent_id)
    select = rx.el.select(
        rx.el.option(t("Choose the agent that judges"), value=""),
        rx.foreach(SuiteState.judges, lambda each: rx.el.option(each.label, value=each.value, dir="auto")),
        rx.cond(
            (check.agent_id != "") & ~is_offered,
            rx.el.option(f"#{check.agent_id}", value=check.agent_id),
            rx.fragment(),
        ),
        class_name="input select",
        default_value=check.agent_id,
        on_change=lambda agent_id: SuiteState.change_check(check.key, "agent_id", agent_id),
        aria_label=t("The agent that judges"),
        data_testid="check-agent",
    )
    return rx.fragment(
        select,
        _problem(check, "agent_id"),
        _area(check, "rubric", t("What the judge is to look at")),
    )


def _line(check: Any, field: str, label: rx.Var[str], *, is_code: bool = False, **props: Any) -> rx.Component:
    return rx.fragment(_input(check, field, label, is_code=is_code, **props), _problem(check, field))


def _area(check: Any, field: str, label: rx.Var[str], *, is_code: bool = False) -> rx.Component:
    area = rx.el.textarea(
        default_value=_begun(check, field),
        rows="3",
        class_name="input area code" if is_code else "input area",
        **_props(check, field, label),
    )
    return rx.fragment(area, _problem(check, field))


def _input(check: Any, field: str, label: rx.Var[str], *, is_code: bool = False, **props: Any) -> rx.Component:
    return rx.el.input(
        default_value=_begun(check, field),
        class_name="input code" if is_code else "input",
        auto_complete="off",
        **_props(check, field, label),
        **props,
    )


def _props(check: Any, field: str, label: rx.Var[str]) -> dict[str, Any]:
    return {
        "placeholder": label,
        "aria_label": label,
        "dir": "auto",
        "spell_check": False,
        "aria_invalid": case_problem(_name(check, field)) != "",
        "data_testid": f"check-{field}",
        **typed(lambda text: SuiteState.change_check(check.key, field, text), DEBOUNCE_MS),
    }


def _problem(check: Any, field: str) -> rx.Component:
    return rx.el.p(case_problem(_name(check, field)), class_name="problem", role="alert", dir="auto")


def _name(check: Any, field: str) -> Any:
    return f"{check.key}.{field}"


def _begun(check: Any, field: str) -> Any:
    return getattr(check, field)
