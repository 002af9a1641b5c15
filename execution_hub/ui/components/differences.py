"""What differs, field by field: what is gone struck out, what is new underlined, long equal parts left out."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from execution_hub.domain import difference
from execution_hub.domain.stop_reason import FAIL, MARK
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.words.by_value import ACTING_VALUES
from execution_hub.words.marking import N_

# Of fields whose values are words of programs.
_VALUES = {
    "on_cut": {MARK: N_("Keep and mark them"), FAIL: N_("Fail")},
    **dict.fromkeys(("effort", "thinking"), ACTING_VALUES),
}


def differences(found: Any, words: Mapping[str, str]) -> rx.Component:
    """Show the fields that differ.

    Args:
        found: A list of FieldDifference.
        words: What the fields are called, by their names.
    """
    return rx.el.div(rx.foreach(found, lambda each: _field(each, words)), class_name="differences")


def _field(each: Any, words: Mapping[str, str]) -> rx.Component:
    label = t_one_of(each.name, dict(words), each.name)
    return rx.el.section(
        rx.el.h3(label),
        # As text: what people wrote must not look like part of the page. It may be long: a key scrolls it.
        rx.el.pre(
            rx.foreach(each.pieces, lambda piece: _piece(each.name, piece)),
            class_name="raw diff",
            dir="auto",
            tab_index=0,
            role="group",
            aria_label=label,
            data_testid="difference",
            data_field=each.name,
        ),
        key=each.name,
    )


def _piece(name: Any, found: Any) -> rx.Component:
    words = ((field, t_one_of(found.text, texts, found.text)) for field, texts in _VALUES.items())
    return piece(found.kind, rx.match(name, *words, found.text), found.text)


def piece(kind: Any, text: Any, count: Any) -> rx.Component:
    """Show a part of two texts.

    Args:
        kind: What it is: see `difference.Piece`.
        text: The part.
        count: How many lines are left out, of a part that says so.
    """
    return rx.match(
        kind,
        (difference.REMOVED, rx.el.del_(text)),
        (difference.ADDED, rx.el.ins(text)),
        (
            difference.SKIPPED,
            rx.el.span(tn("{n} line the same", "{n} lines the same", count), class_name="diff-told"),
        ),
        (difference.CUT, rx.el.span(t("More differs than is shown."), class_name="diff-told")),
        rx.el.span(text),
    )
