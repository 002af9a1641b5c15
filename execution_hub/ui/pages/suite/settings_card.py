"""What a suite tests, how often, what it needs to pass, when it runs by itself, and what deletes it."""

from typing import Any

import reflex as rx

from execution_hub.ui.catalogue.choice import narrowed
from execution_hub.ui.catalogue.edit_card import delete_zone
from execution_hub.ui.components.browser import moment
from execution_hub.ui.components.buttons import icon_button, page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.components.fields import text_field, typed
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.suite.typed import DEBOUNCE_MS, problem_of, setting
from execution_hub.ui.routes import agent_path
from execution_hub.ui.text import t, t_around, tn
from execution_hub.words.marking import N_

_SCHEDULES = "suite-schedules"
_USUAL = (
    ("0 3 * * *", N_("every night at 3:00 UTC")),
    ("0 3 * * 1-5", N_("from Monday to Friday at 3:00 UTC")),
    ("0 * * * *", N_("every hour")),
    ("0 6 * * 1", N_("every Monday at 6:00 UTC")),
)


def settings_card() -> rx.Component:
    """Show the settings."""
    return card(
        rx.el.div(
            _targets(),
            rx.el.div(
                _number("repeats", t("Repeats"), hint=t("Each case, on each of them."), input_mode="numeric"),
                _number("pass_rate", t("Needed, %"), hint=t("The share that must pass."), input_mode="decimal"),
                class_name="limits",
            ),
            rx.el.p(
                tn("A run makes {n} execution.", "A run makes {n} executions.", SuiteState.cells),
                class_name="hint",
                data_testid="suite-cells",
            ),
            rx.cond(
                SuiteState.likely_cost != "",
                rx.el.p(
                    t("About {cost}, as in run #{run}.", cost=SuiteState.likely_cost, run=SuiteState.likely_run),
                    class_name="hint num",
                    data_testid="suite-estimate",
                ),
            ),
            _on_save(),
            _schedule(),
            rx.el.div(
                _number("max_cost_usd", t("Most cost, USD"), placeholder=t("none"), input_mode="decimal"),
                _number("max_seconds", t("Most seconds"), placeholder=t("none"), input_mode="decimal"),
                class_name="limits",
            ),
            class_name="step-form",
            key=SuiteState.form_key,
        ),
        title=t("Settings"),
        class_name="suite-settings",
    )


def delete_part() -> rx.Component:
    """Show what deletes the suite; that of an agent goes with its agent."""
    return rx.cond(
        SuiteState.own_agent > 0,
        rx.el.p(t("This suite goes with its agent: delete the agent to delete it."), class_name="hint editor-delete"),
        delete_zone(
            SuiteState,
            t("Delete suite"),
            t("Delete this suite with its cases? Its runs stay in the history."),
            test_id="suite-delete",
            class_name="editor-delete",
        ),
    )


def _targets() -> rx.Component:
    select = rx.el.select(
        rx.el.option(t("Add an agent or a workflow"), value=""),
        rx.foreach(SuiteState.offers, lambda each: rx.el.option(each.label, value=each.value, dir="auto")),
        value="",
        on_change=SuiteState.add_target,
        aria_label=t("Add an agent or a workflow"),
        class_name="input select",
        id="suite-targets",
        data_testid="target-add",
    )
    return rx.el.div(
        rx.el.span(t("Tests"), class_name="field-label"),
        rx.cond(
            SuiteState.own_agent > 0,
            rx.el.p(
                t("The suite of an agent's own:"),
                " ",
                page_link(t("open the agent"), href=agent_path(SuiteState.own_agent)),
                class_name="hint",
            ),
        ),
        rx.el.ul(rx.foreach(SuiteState.targets, _target), class_name="target-list"),
        narrowed(SuiteState, select),
        rx.el.p(
            t("The same agent once more, on another model, makes a matrix."), class_name="hint", id="suite-targets-hint"
        ),
        rx.el.p(problem_of("targets"), class_name="problem", role="alert"),
        class_name="field",
    )


def _target(target: Any, place: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(target.is_agent, icon("agent"), icon("workflow")),
        page_link(target.name, href=target.path, dir="auto"),
        rx.cond(
            target.is_agent,
            rx.el.input(
                default_value=target.model,
                placeholder=t("its own model"),
                aria_label=t("Model of {name}", name=target.name),
                class_name="input code",
                auto_complete="off",
                spell_check=False,
                disabled=target.is_own,
                title=rx.cond(target.is_own, t("The suite of an agent's own tests it as it is."), ""),
                data_testid="target-model",
                **typed(lambda model: SuiteState.change_model(place, model), DEBOUNCE_MS),
            ),
            rx.el.span(),
        ),
        icon_button(
            "cross",
            rx.cond(
                target.is_own,
                t("The suite of an agent's own tests it as it is."),
                t("Test {name} no longer", name=target.name),
            ),
            on_click=SuiteState.remove_target(place),
            disabled=target.is_own,
            data_testid="target-remove",
        ),
        key=target.path + place.to_string(),
        data_testid="target-row",
    )


def _on_save() -> rx.Component:
    is_on = SuiteState.is_on_save
    return rx.el.div(
        rx.el.button(
            rx.cond(is_on, icon("check"), rx.fragment()),
            rx.el.span(t("Run when an agent is saved")),
            type="button",
            class_name="chip toggle-chip",
            aria_pressed=is_on,
            on_click=SuiteState.toggle_on_save(~is_on),
            data_testid="suite-on-save",
        ),
        rx.el.p(t("Each saved change of an agent it tests starts a run."), class_name="hint"),
        class_name="field",
    )


def _schedule() -> rx.Component:
    return rx.el.div(
        text_field(
            "suite-schedule",
            t("Schedule"),
            hint=t("Minute, hour, day, month and weekday in UTC, as cron has them; empty for never."),
            error=problem_of("schedule"),
            default_value=SuiteState.settings.schedule,
            placeholder=t("never"),
            list=_SCHEDULES,
            auto_complete="off",
            spell_check=False,
            class_name="mono",
            data_testid="suite-schedule",
            **setting("schedule"),
        ),
        rx.el.datalist(*(rx.el.option(value=cron, label=t(words)) for cron, words in _USUAL), id=_SCHEDULES),
        rx.cond(
            SuiteState.next_run != "",
            rx.el.p(
                icon("clock"),
                rx.el.span(t_around("Next: {at}", moment(SuiteState.next_run))),
                class_name="hint next-run",
                data_testid="suite-next-run",
            ),
        ),
    )


def _number(field: str, label: rx.Var[str], **props: Any) -> rx.Component:
    return text_field(
        f"suite-{field}",
        label,
        error=problem_of(field),
        # As text: a number field would keep what is no number to itself.
        default_value=getattr(SuiteState.settings, field),
        auto_complete="off",
        data_testid=f"suite-{field.replace('_', '-')}",
        **setting(field),
        **props,
    )
