"""Executions beside each other, as a page shows them. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from execution_hub.domain.clock import to_wire
from execution_hub.domain.comparison import ComparedText, Comparison, Difference, StepDifference
from execution_hub.domain.difference import Piece
from execution_hub.domain.formats import at_least, format_cost, format_duration
from execution_hub.domain.kinds import ID_MAX

# Of a value that is no text, in a table of values.
_VALUE_MAX = 300


@dataclass(frozen=True, slots=True)
class TextView:
    """A text beside others.

    Attributes:
        pieces: All of it; one piece where it is not compared.
        is_whole: Whether nothing of it was left out.
    """

    pieces: tuple[Piece, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class ComparedView:
    """One of the executions, and by how much its figures differ from the first's.

    Attributes:
        id, name, status, error_code: As on the wire.
        version: The version of its agent; 0 for none, and for values that were not saved.
        is_draft: Whether it ran with values that were not saved.
        model: Its model; empty for a workflow's.
        is_simulated, is_active, is_cut: As on its page.
        created_at: When it was started, ISO 8601.
        error: Why it failed.
        duration_text, tokens_text, cost_text: For a person; empty where nobody knows.
        duration_more, tokens_more, cost_more: With a sign; empty for the first, where nobody knows, and for none.
    """

    id: int = 0
    name: str = ""
    status: str = ""
    error_code: str = ""
    version: int = 0
    is_draft: bool = False
    model: str = ""
    is_simulated: bool = False
    is_active: bool = False
    is_cut: bool = False
    created_at: str = ""
    error: str = ""
    duration_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    duration_more: str = ""
    tokens_more: str = ""
    cost_more: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A value that they did not all run with.

    Attributes:
        field: Which, as on the wire.
        words: That of each; empty where it has none, or where there are texts.
        texts: Where it is a long text, that of each.
    """

    field: str = ""
    words: tuple[str, ...] = ()
    texts: tuple[TextView, ...] = ()


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of workflows in each of the executions.

    Attributes:
        name: Which.
        statuses: Where each is; empty where one has no such step.
        durations: How long each took, in words; empty before.
        texts: What each made.
        is_same: Whether all made the same, and ended alike.
    """

    name: str = ""
    statuses: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    texts: tuple[TextView, ...] = ()
    is_same: bool = True


def step_view(step: StepDifference) -> StepView:
    """Take what is shown from a step."""
    texts = text_views(step.outputs)
    return StepView(
        step.name,
        tuple(each or "" for each in step.statuses),
        tuple("" if each is None else format_duration(each) for each in step.durations_ms),
        texts,
        len(set(step.statuses)) == 1 and len({each.text for each in step.outputs}) == 1,
    )


def text_views(texts: Sequence[ComparedText]) -> tuple[TextView, ...]:
    """Take what is shown from the texts of a comparison."""
    return tuple(TextView(_pieces(each), each.is_whole) for each in texts)


def _pieces(text: ComparedText) -> tuple[Piece, ...]:
    if text.diff is None:
        return (Piece(text=text.text),) if text.text else ()
    return tuple(text.diff)


def ids_in_query(query: str) -> list[int]:
    """Read which executions an address names, each once; what is no id is left out.

    >>> ids_in_query("id=3&id=5&id=3&id=x&q=1")
    [3, 5]
    """
    words = [word for name, word in parse_qsl(query) if name == "id"]
    ids = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= len(str(ID_MAX)) - 1]
    return list(dict.fromkeys(ids))


def compared_views(found: Comparison) -> list[ComparedView]:
    """Return the executions of a comparison, in their order."""
    rows = zip(found.executions, found.usage(), found.time(), strict=True)
    views: list[ComparedView] = []
    for place, (each, usage, took) in enumerate(rows):
        more = usage["difference"] if place else {}
        tokens = _sum(usage["input_tokens"], usage["output_tokens"])
        tokens_more = _sum(more.get("input_tokens"), more.get("output_tokens"))
        is_least = usage["is_partial"] and each.is_finished
        views.append(
            ComparedView(
                id=each.id,
                name=each.name,
                status=each.status.value,
                error_code=each.error_code or "",
                version=each.agent_version or 0,
                is_draft=each.agent_id is not None and each.workflow_id is None and each.agent_version is None,
                model=each.model or "",
                is_simulated=each.is_simulated,
                is_active=not each.is_finished,
                is_cut=each.is_cut,
                created_at=to_wire(each.created_at) or "",
                error=each.error or "",
                duration_text="" if took["duration_ms"] is None else format_duration(took["duration_ms"]),
                tokens_text=at_least(f"{tokens:,}" if tokens else "", is_least),
                cost_text=at_least("" if usage["cost_usd"] is None else format_cost(usage["cost_usd"]), is_least),
                duration_more=signed(took["difference_ms"] if place else None, format_duration),
                tokens_more=signed(tokens_more, "{:,}".format),
                cost_more=signed(more.get("cost_usd"), format_cost),
            )
        )
    return views


def field_view(difference: Difference) -> FieldView:
    """Take what is shown from a value that differs."""
    is_long = any("\n" in each or len(each) > _VALUE_MAX for each in difference.values if isinstance(each, str))
    # Words of a name or a model are not compared one by one, those of a prompt are.
    if difference.texts and (is_long or difference.field.endswith("prompt") or difference.field.endswith("input")):
        return FieldView(difference.field, texts=text_views(difference.texts))
    return FieldView(difference.field, words=tuple(map(value_words, difference.values)))


def value_words(value: Any) -> str:
    """Write a value that is no long text; empty for none."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_MAX else text[:_VALUE_MAX] + "…"


def _sum(*figures: int | None) -> int | None:
    known = [each for each in figures if each is not None]
    return sum(known) if known else None


def signed(figure: Any, write: Any) -> str:
    """Write a difference with its sign; empty for one that is too small to be seen, and where nobody knows.

    >>> signed(1200, format_duration), signed(-1200, format_duration), signed(20, format_duration)
    ('+1.2 s', '−1.2 s', '')
    """
    if not figure or write(abs(figure)) == write(0):
        return ""
    return f"{'+' if figure > 0 else '−'}{write(abs(figure))}"
