"""The verdict of a suite's run, apart from its status."""

import reflex as rx

from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.matrix import MatrixState
from execution_hub.ui.pages.execution.suite_run import compare_link, report_link, rerun_failed_button
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.words.of_runs import RUN_LIMITS, VERDICTS


def verdict_card() -> rx.Component:
    """Show what the run came to so far: whether it passed, how many cells did, and how sure that is."""
    verdict = MatrixState.verdict
    return card(
        rx.cond(
            verdict.total > 0,
            rx.el.div(
                rx.el.div(
                    rx.el.span(
                        rx.match(
                            verdict.outcome,
                            ("passed", icon("check", class_name="i big")),
                            ("failed", icon("cross", class_name="i big")),
                            icon("clock", class_name="i big"),
                        ),
                        class_name="verdict-icon",
                        aria_hidden=True,
                    ),
                    rx.el.div(
                        rx.el.strong(t_one_of(verdict.outcome, VERDICTS)),
                        rx.el.span(
                            rx.cond(
                                verdict.is_over,
                                t("{rate} passed, {needed} needed", rate=verdict.rate_text, needed=verdict.needed_text),
                                t(
                                    "{n} of {m} judged so far, {needed} must pass",
                                    n=verdict.total - verdict.open,
                                    m=verdict.total,
                                    needed=verdict.needed_text,
                                ),
                            ),
                            class_name="num",
                        ),
                        class_name="verdict-said",
                    ),
                    class_name="verdict-main",
                    role="status",
                    data_testid="verdict",
                    data_outcome=verdict.outcome,
                    data_over=verdict.is_over.to_string(),
                ),
                _bar(),
                _counts(),
                _words(),
                rx.el.div(rerun_failed_button(), compare_link(), report_link(), class_name="verdict-acts"),
                class_name=f"verdict of-{verdict.outcome}",
            ),
            rx.el.div(skeleton("46%", "34px"), skeleton("100%", "8px"), skeleton("70%"), class_name="skeleton-lines"),
        ),
        title=t("Verdict"),
        aside=_costs(),
        class_name="verdict-card",
    )


def _bar() -> rx.Component:
    """Show the counts as one bar; what it says stands beneath it in words."""
    verdict = MatrixState.verdict
    parts = (
        ("passed", rx.Var.create(0), verdict.passed),
        ("failed", verdict.passed, verdict.failed),
        ("error", verdict.passed + verdict.failed, verdict.errors),
    )
    return rx.el.div(
        rx.el.div(
            *(
                # Moved and scaled, never laid out anew.
                rx.el.i(
                    class_name=f"of-{name}",
                    style={
                        "transform": f"translateX(calc(100% * {before} / {verdict.total})) "
                        f"scaleX(calc({count} / {verdict.total}))"
                    },
                )
                for name, before, count in parts
            ),
            class_name="verdict-parts",
        ),
        rx.el.span(class_name="needed", style={"insetInlineStart": verdict.needed_text.replace(" ", "")}),
        class_name="verdict-bar",
        aria_hidden=True,
    )


def _counts() -> rx.Component:
    verdict = MatrixState.verdict
    counts = (
        ("passed", "check", verdict.passed, t("passed")),
        ("failed", "cross", verdict.failed, t("failed")),
        ("error", "warning", verdict.errors, t("not judged")),
        ("open", "clock", verdict.open, rx.cond(verdict.is_over, t("not run"), t("to come"))),
    )
    return rx.el.ul(
        *(
            rx.el.li(icon(drawn), rx.el.b(count, class_name="num"), " ", word, class_name=f"of-{name}")
            for name, drawn, count, word in counts
        ),
        rx.el.li(t("of {n}", n=verdict.total), class_name="of-all num"),
        class_name="verdict-counts",
    )


def _words() -> rx.Component:
    verdict = MatrixState.verdict
    return rx.el.div(
        rx.el.p(
            rx.cond(
                verdict.is_over,
                rx.cond(
                    verdict.open == 0,
                    t(
                        "The true pass rate is between {low} and {high}: that is 95 percent certain.",
                        low=verdict.low_text,
                        high=verdict.high_text,
                    ),
                    t("Not all of it was run: nobody can say how sure the rate is."),
                ),
                t("How sure the rate is can be said once all is judged."),
            ),
            class_name="muted",
        ),
        rx.cond(
            verdict.flaky_count > 0,
            rx.el.p(
                icon("activity"),
                rx.el.span(
                    tn("{n} case is flaky:", "{n} cases are flaky:", verdict.flaky_count),
                    " ",
                    rx.foreach(verdict.flaky, lambda name: rx.el.b(name, dir="auto", key=name)),
                    rx.cond(verdict.flaky_count > verdict.flaky.length(), "…", ""),
                ),
                class_name="verdict-flaky",
                title=t("Its repeats did not come out alike."),
                data_testid="verdict-flaky",
            ),
        ),
        rx.cond(
            verdict.limit != "",
            rx.el.p(
                icon("warning"), rx.el.span(t_one_of(verdict.limit, RUN_LIMITS, verdict.limit)), class_name="limit"
            ),
        ),
        class_name=rx.cond(MatrixState.plan.repeats > 1, "verdict-words of-repeats", "verdict-words"),
    )


def _costs() -> rx.Component:
    """Tell what those cost that were tested, and those that judged, apart."""
    verdict = MatrixState.verdict
    return rx.el.span(
        rx.cond(verdict.tested_text != "", t("tested: {cost}", cost=verdict.tested_text), ""),
        rx.cond(
            verdict.has_judges,
            rx.fragment(
                rx.cond(verdict.tested_text != "", " · ", ""),
                rx.cond(
                    verdict.judged_text != "",
                    t("judged: {cost}", cost=verdict.judged_text),
                    t("judged: no price known"),
                ),
            ),
        ),
        class_name="num",
        data_testid="verdict-costs",
    )
