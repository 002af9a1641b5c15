"""The event log of an execution, a line for each thing that happened."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import clock
from execution_hub.ui.components.status import status_word
from execution_hub.ui.text import error_text, t, t_one_of, tn
from execution_hub.words.by_value import CALL_EVENTS, MOVE_REASONS, STEP_EVENTS


def event_log(lines: Any, open_lines: Any) -> rx.Component:
    """Show the lines of a log, the newest at the bottom.

    Args:
        lines: LogLines that no longer change.
        open_lines: The one that still does, if any.
    """
    return rx.el.ol(
        rx.foreach(lines, _line),
        rx.foreach(open_lines, _line),
        class_name="log",
        tab_index=0,
    )


def _line(line: Any) -> rx.Component:
    return rx.el.li(
        clock(line.at),
        rx.el.span(_words(line), class_name=f"what k-{line.kind} e-{line.status}"),
        rx.el.span(line.seq, class_name="seq"),
        key=line.seq,
    )


def _words(line: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(line.step != "", rx.fragment(rx.el.b(line.step), " ")),
        rx.match(
            line.kind,
            (
                "status",
                rx.fragment(
                    rx.el.b(status_word(line.word)),
                    rx.cond(line.attempt > 1, rx.el.span(" · ", t("attempt {n}", n=line.attempt))),
                    rx.cond(line.worker != "", rx.el.span(" · ", rx.el.code(line.worker, class_name="id"))),
                    _cut(line),
                    _more(line, t_one_of(line.text, MOVE_REASONS, line.text)),
                ),
            ),
            (
                "step",
                rx.fragment(
                    rx.el.span(t_one_of(line.status, STEP_EVENTS, line.status), class_name="did"),
                    rx.cond(line.round > 1, rx.el.span(" · ", t("round {n}", n=line.round))),
                    _cut(line),
                    _more(line, error_text(line.word, line.text)),
                ),
            ),
            ("text", rx.el.span(tn("output +{n} word", "output +{n} words", line.count))),
            ("thinking", rx.el.span(tn("thinking +{n} word", "thinking +{n} words", line.count))),
            (
                "usage",
                rx.el.span(
                    rx.cond(
                        line.is_unknown,
                        t("usage not all told: {n} in, {m} out", n=_or_dash(line.count), m=_or_dash(line.count_out)),
                        t("usage {n} in, {m} out", n=line.count, m=line.count_out),
                    )
                ),
            ),
            ("retry", rx.fragment(rx.el.span(t("tries again in {time}", time=line.seconds_text)), _more(line))),
            (
                "held",
                rx.el.span(t("waits for the provider's limit until"), " ", clock(line.until)),
            ),
            (
                "cancel",
                rx.match(
                    line.word,
                    (
                        "closed",
                        rx.el.span(
                            tn(
                                "stream closed {time} later, {n} character after",
                                "stream closed {time} later, {n} characters after",
                                line.count,
                                time=line.seconds_text,
                            )
                        ),
                    ),
                    (
                        "over",
                        rx.fragment(rx.el.span(t("calls cancelled {time} later", time=line.seconds_text)), _more(line)),
                    ),
                    rx.el.span(t("stop requested")),
                ),
            ),
            ("error", rx.fragment(rx.el.b(t("error")), " ", line.word)),
            (
                "turn",
                rx.fragment(
                    rx.el.b(rx.cond(line.count > 0, t("turn {n}", n=line.count), t("turn"))),
                    " ",
                    _did(line),
                    _more(line),
                ),
            ),
            ("tool_call", rx.fragment(rx.el.b(line.word), " ", _did(line), _more(line))),
            (
                "tool_result",
                rx.fragment(
                    rx.el.b(line.word),
                    " ",
                    _did(line),
                    rx.cond(line.count > 0, rx.el.span(" · ", tn("{n} character", "{n} characters", line.count))),
                    _more(line),
                ),
            ),
            rx.fragment(rx.el.b(line.kind), " ", line.word),
        ),
    )


def _did(line: Any) -> rx.Component:
    return rx.el.span(t_one_of(line.status, CALL_EVENTS, line.status), class_name="did")


def _cut(line: Any) -> rx.Component:
    return rx.cond(line.is_cut, rx.el.span(" · ", t("cut"), class_name="of-cut"))


def _or_dash(count: Any) -> Any:
    return rx.cond(count > 0, count.to_string(), "—")


def _more(line: Any, text: Any = None) -> rx.Component:
    return rx.cond(line.text != "", rx.el.span(" · ", line.text if text is None else text))
