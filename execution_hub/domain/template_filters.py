"""The filters of templates, and how much they may do in one rendering."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.filters import FILTERS as JINJA
from jinja2.runtime import Context

RENDERED_MAX = 1_000_000
# What all filters of one rendering may read together, in characters: a second or two of the slowest, `title`.
FILTER_WORK_MAX = 10_000_000
TO_JSON = "tojson"
FILTERS = ("trim", "upper", "lower", "capitalize", "title", "truncate", "default", "length", "wordcount", TO_JSON)
# What the counter is called among the values of a rendering; no template can name it.
WORK = "_work"


class TemplateProblem(ValueError):
    """A template that cannot be used; its text says why and what would be right.

    Attributes:
        code: What is wrong: `syntax`, `unknown_name`, `not_output`, `not_allowed`, `too_long`, `too_much`,
            `cannot_fill`.
        word: What it is about: the name, the tag, the filter.
        limit: Which limit it is over; 0 for none.
    """

    def __init__(self, code: str, message: str, word: str = "", limit: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.word = word
        self.limit = limit

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it come back from another process."""
        return type(self), (self.code, str(self), self.word, self.limit)


class Work:
    """How many characters the filters of one rendering may still read."""

    def __init__(self) -> None:
        self._left = FILTER_WORK_MAX

    def spend(self, value: object) -> None:
        """Count what a filter is about to read.

        Raises:
            TemplateProblem: It is too much, with what was read before.
        """
        self._left -= len(value) if isinstance(value, str) else 0
        if self._left < 0:
            message = (
                f"The filters of the template would read more than {FILTER_WORK_MAX:,} characters together. "
                "Use fewer, or shorten first: {{ steps.NAME.output | truncate(20000) | title }}."
            )
            raise TemplateProblem("too_much", message, limit=FILTER_WORK_MAX)


def too_long() -> TemplateProblem:
    """Return that a filled template is longer than it may be."""
    message = (
        f"The step's input is longer than {RENDERED_MAX:,} characters. "
        "Shorten what it takes: {{ steps.NAME.output | truncate(20000) }}."
    )
    return TemplateProblem("too_long", message, limit=RENDERED_MAX)


def counted_filters(environment: Environment) -> dict[str, Callable[..., Any]]:
    """Return the filters a template may use; each counts what it reads.

    Args:
        environment: Whose they become.
    """
    own: dict[str, Callable[..., Any]] = {TO_JSON: _to_json, "truncate": partial(JINJA["truncate"], environment)}
    return {name: _counted(own.get(name) or JINJA[name]) for name in FILTERS}


def _counted(apply: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def counted(context: Context, value: Any, *args: Any, **named: Any) -> Any:
        context[WORK].spend(value)
        return apply(value, *args, **named)

    return counted


def _to_json(value: object) -> str:
    """Return a text as JSON, so that it can stand in JSON, whatever it holds.

    Jinja's own filter would escape for HTML, and a filter on a filter doubles what it escapes: so each result has
    its limit.
    """
    found = json.dumps(value, ensure_ascii=False)
    if len(found) > RENDERED_MAX:
        raise too_long()
    return found
