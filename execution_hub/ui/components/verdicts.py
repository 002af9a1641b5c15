"""Verdicts of tests in small: a badge, a row of dots, an outcome. Icon or word with the colour, never that alone."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.views.suite_trend import FAILED, PASSED
from execution_hub.words.of_suites import OUTCOMES


def verdict_class(shape: str, verdict: Any) -> rx.Var[str]:
    """Return the classes of a shape in the colour of a verdict; of none, that of nothing."""
    return rx.match(verdict, (PASSED, f"{shape} s-succeeded"), (FAILED, f"{shape} s-failed"), f"{shape} s-pending")


def verdict_badge(mark: Any, **props: Any) -> rx.Component:
    """Show a verdict as a pill: icon, word, and how many cells passed.

    Args:
        mark: A VerdictMark; of none it says that nothing was tested.
        **props: Further props, such as `data_testid`.
    """
    return rx.el.span(
        rx.match(mark.verdict, (PASSED, icon("check")), (FAILED, icon("cross")), icon("minus")),
        rx.el.span(
            rx.match(
                mark.verdict,
                (PASSED, t("Tests passed")),
                (FAILED, t("Tests not passed")),
                rx.cond(mark.execution_id > 0, t("No verdict"), t("Not tested by a suite")),
            )
        ),
        rx.cond(mark.text != "", rx.el.span(mark.text, class_name="num")),
        class_name=verdict_class("verdict-badge", mark.verdict),
        data_verdict=mark.verdict,
        **props,
    )


def verdict_dots(trend: Any) -> rx.Component:
    """Show the last verdicts as dots, the newest at the end; a screen reader is told how many passed."""
    return rx.cond(
        trend.dots.length() > 1,
        rx.el.span(
            rx.foreach(
                trend.dots, lambda mark: rx.el.i(class_name=verdict_class("dot-verdict", mark.verdict), title=mark.text)
            ),
            role="img",
            aria_label=tn(
                "{passed} of the last {n} run passed",
                "{passed} of the last {n} runs passed",
                trend.dots.length(),
                passed=trend.passed,
            ),
            class_name="verdict-dots",
            data_testid="verdict-dots",
        ),
    )


def verdict_marks(marks: Any) -> rx.Component:
    """Show the verdicts that a version had: one for each suite."""
    return rx.el.span(
        rx.foreach(
            marks,
            lambda mark: rx.el.span(
                rx.match(mark.verdict, (PASSED, icon("check")), (FAILED, icon("cross")), icon("minus")),
                rx.el.span(t("Suites"), " ", class_name="sr"),
                mark.text,
                class_name=verdict_class("verdict-badge small", mark.verdict),
                title=mark.suite,
            ),
        ),
        class_name="version-verdicts",
    )


def suite_trend(trend: Any, path: Any) -> rx.Component:
    """Show how an agent fared in one suite: its name, the last verdicts, and the newest one.

    Args:
        trend: A Trend.
        path: Where the suite is.
    """
    return rx.el.li(
        page_link(trend.newest.suite, href=path, class_name="trend-suite", dir="auto"),
        verdict_dots(trend),
        page_link(
            verdict_badge(trend.newest),
            href=execution_path(trend.newest.execution_id),
            class_name="trend-run",
        ),
        rx.cond(
            trend.dots.length() > 1,
            page_link(
                icon("compare"),
                href=rx.Var.create(path) + "/compare",
                class_name="btn quiet square",
                aria_label=t("Compare the last two runs"),
                title=t("Compare the last two runs"),
                data_testid="trend-compare",
            ),
        ),
        key=trend.newest.suite_id,
        data_testid="suite-trend",
    )


def outcome(side: Any) -> rx.Component:
    """Show what came of a case in one run.

    Args:
        side: A SideView, or what has its `outcome` and `share`.
    """
    value = side.outcome
    return rx.el.span(
        rx.match(
            value, ("passed", icon("check")), ("failed", icon("cross")), ("error", icon("warning")), icon("minus")
        ),
        rx.el.span(t_one_of(value, OUTCOMES, t("no outcome"))),
        rx.cond(side.share != "", rx.el.span(side.share, class_name="num")),
        class_name=rx.match(
            value,
            ("passed", "outcome s-succeeded"),
            ("failed", "outcome s-failed"),
            ("error", "outcome s-cancelled"),
            "outcome s-pending",
        ),
    )
