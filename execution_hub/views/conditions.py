"""Conditions of steps in words, as the lines of a graph say them. Pure."""

from collections.abc import Iterable

from execution_hub.domain.condition import NEGATED, Condition
from execution_hub.domain.texts import one_line
from execution_hub.words.by_value import CONDITIONS
from execution_hub.words.say import say

_SHOWN_MAX = 24


def say_condition(language: str, when: Condition) -> str:
    """Return a condition without the step it looks at: `score is less than 5`.

    Args:
        language: The page's.
        when: The condition.
    """
    words = _verb(language, when)
    return words if when.field is None else say(language, "{field} {words}", field=_short(when.field), words=words)


def edge_label(language: str, when: Condition | None, source: str, others: Iterable[Condition | None]) -> str:
    """Return what a line of the graph says of the condition of the step it leads to.

    Where another step has the opposite condition, they are an if and its else.

    Args:
        language: The page's.
        when: The condition of the step; None without one.
        source: The step the line comes from.
        others: The conditions of all steps.
    """
    if when is None or when.step != source:
        return ""
    if opposite(when) not in list(others):
        return say_condition(language, when)
    if when.is_not:
        return say(language, "else")
    if when.field is None:
        return say(language, "if it {words}", words=_verb(language, when))
    return say(language, "if {field} {words}", field=_short(when.field), words=_verb(language, when))


def opposite(when: Condition) -> Condition:
    """Return the condition that holds exactly where this one does not."""
    return when.model_copy(update={"is_not": not when.is_not})


def _verb(language: str, when: Condition) -> str:
    is_not = (when.op in NEGATED) != when.is_not
    words = CONDITIONS[NEGATED.get(when.op, when.op)][is_not]
    return say(language, words, value=_short(when.value))


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX].rstrip() + "…"
