"""What changed between two runs: prompt, model, tools and limits of each target, the cases, the suite's settings."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.card import card
from execution_hub.ui.components.differences import differences
from execution_hub.ui.pages.compare_runs.state import CompareRunsState
from execution_hub.ui.pages.compare_runs.summary import chance_words
from execution_hub.ui.text import t, t_one_of
from execution_hub.words.by_comparison import CASE_PARTS, SUITE_SETTINGS
from execution_hub.words.by_value import AGENT_FIELDS


def changes_card() -> rx.Component:
    """Show what changed between the runs."""
    state = CompareRunsState
    return card(
        rx.foreach(state.targets, _target),
        rx.cond(
            state.changed.length() > 0,
            rx.el.section(
                rx.el.h3(t("Cases that changed")),
                rx.el.ul(rx.foreach(state.changed, _case), class_name="changed-cases"),
                class_name="compare-field",
            ),
        ),
        rx.cond(
            state.settings.length() > 0,
            rx.el.section(
                rx.el.h3(t("Settings of the suite")),
                rx.el.ul(rx.foreach(state.settings, _setting), class_name="changed-cases"),
                class_name="compare-field",
            ),
        ),
        title=t("What changed"),
        data_testid="compare-changes",
    )


def _target(target: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h3(
            rx.el.b(target.name, dir="auto"),
            rx.cond(target.label != "", rx.el.span(target.label, class_name="tag")),
            rx.cond(
                (target.first_version > 0) & (target.second_version > 0),
                rx.cond(
                    target.first_version == target.second_version,
                    rx.el.span(t("Version {n}", n=target.first_version), class_name="tag"),
                    rx.el.span(
                        t("Version {first} → {second}", first=target.first_version, second=target.second_version),
                        class_name="tag",
                    ),
                ),
            ),
            rx.cond(
                (target.first_rate != "") & (target.second_rate != ""),
                rx.el.span(target.first_rate, " → ", target.second_rate, class_name="num faint"),
            ),
            class_name="changed-target",
        ),
        rx.cond(
            target.is_alone,
            rx.el.p(t("Only one of the runs has it."), class_name="muted"),
            rx.fragment(
                rx.cond(
                    CompareRunsState.targets.length() > 1,
                    chance_words(target.chance, is_long=False),
                ),
                rx.cond(
                    target.changed.length() > 0,
                    differences(target.changed, AGENT_FIELDS),
                    rx.el.p(t("It ran with the same model, prompt, tools and limits."), class_name="muted"),
                ),
            ),
        ),
        class_name="compare-field",
        data_testid="changed-target",
    )


def _case(case: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(case[0], dir="auto"),
        rx.foreach(case[1], lambda part: rx.el.span(t_one_of(part, CASE_PARTS, part), class_name="tag")),
    )


def _setting(setting: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(t_one_of(setting[0], SUITE_SETTINGS, setting[0])),
        rx.el.span(rx.el.del_(setting[1]), " → ", rx.el.ins(setting[2]), class_name="num"),
    )
