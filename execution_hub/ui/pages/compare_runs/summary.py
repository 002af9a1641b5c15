"""What differs between two runs, in a few figures and one sentence."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.compare_runs.state import CompareRunsState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, t_one_of
from execution_hub.words.by_comparison import RUN_FIGURES


def summary_card() -> rx.Component:
    """Show the figures of both runs, and whether they differ by more than chance."""
    state = CompareRunsState
    return card(
        rx.el.div(rx.foreach(state.figures, _figure), class_name="run-figures"),
        chance_words(state.chance, is_long=True),
        title=t("What differs"),
        aside=rx.el.span(
            _run(state.first), rx.el.span(" → ", aria_hidden=True), _run(state.second), class_name="num faint"
        ),
        data_testid="compare-summary",
    )


def _run(number: Any) -> rx.Component:
    return page_link("#", number, href=execution_path(number.to(int)))


def _figure(figure: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(t_one_of(figure.name, RUN_FIGURES, figure.name), class_name="faint"),
        rx.el.span(
            rx.el.span(rx.cond(figure.first != "", figure.first, "–"), class_name="was"),
            rx.el.span(" → ", class_name="faint", aria_hidden=True),
            rx.el.b(rx.cond(figure.second != "", figure.second, "–")),
            class_name="num",
        ),
        rx.cond(
            figure.more != "",
            rx.el.span(figure.more, class_name=f"num figure-more is-{figure.tone}"),
            rx.cond(
                (figure.first != "") & (figure.second != ""),
                rx.el.span(t("the same"), class_name="faint"),
                rx.el.span(t("not known in both"), class_name="faint"),
            ),
        ),
        class_name="run-figure",
        data_figure=figure.name,
    )


def chance_words(chance: Any, *, is_long: bool) -> rx.Component:
    """Say whether two runs differ by more than chance.

    Args:
        chance: A ChanceView.
        is_long: Whether it is also said how many cases went which way.
    """
    counted = rx.match(
        chance.kind,
        ("same", t("All {pairs} cases came out the same in both.", pairs=chance.pairs)),
        rx.cond(
            chance.is_rate,
            t(
                "Of {pairs} cases, {better} passed more often in the second and {worse} less often.",
                pairs=chance.pairs,
                better=chance.better,
                worse=chance.worse,
            ),
            t(
                "Of {pairs} cases, {better} passed only in the second and {worse} only in the first.",
                pairs=chance.pairs,
                better=chance.better,
                worse=chance.worse,
            ),
        ),
    )
    verdict = rx.match(
        chance.kind,
        (
            "more",
            t(
                "A difference like this comes by chance in {n} of 100 such pairs of runs: more than chance.",
                n=chance.in_hundred,
            ),
        ),
        (
            "chance",
            t(
                "A difference like this comes by chance in {n} of 100 such pairs of runs: it could well be chance.",
                n=chance.in_hundred,
            ),
        ),
        ("few", t("Too few cases to say whether that is more than chance.")),
        "",
    )
    # In short there is nothing to say where all came out the same.
    is_told = (chance.kind != "") if is_long else (chance.kind != "") & (chance.kind != "same")
    return rx.cond(
        is_told,
        rx.el.p(
            rx.match(chance.kind, ("more", icon("warning")), icon("minus")),
            rx.el.span(*((counted, " ") if is_long else ()), rx.el.b(verdict)),
            class_name=rx.cond(chance.kind == "more", "chance is-more", "chance"),
            data_testid="chance" if is_long else "target-chance",
            data_kind=chance.kind,
        ),
    )
