"""What differs between executions: what they ran with and on, what came of it, what that cost. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from execution_hub.domain.agent import with_acting
from execution_hub.domain.call import Call, CallKind, CallStatus
from execution_hub.domain.difference import Piece
from execution_hub.domain.execution import EXCERPT_MAX, Execution
from execution_hub.domain.kinds import check_ids
from execution_hub.domain.step import Step
from execution_hub.errors import InvalidInput

COMPARED_LEAST = 2
COMPARED_MAX = 4
# Of a text that is compared; what follows is left out, and that is told.
TEXT_MAX = 100_000
FIELDS_MAX = 100
_TOKENS = ("input_tokens", "output_tokens")


def check_compared(ids: Sequence[int]) -> list[int]:
    """Return the ids of executions that can be compared.

    Raises:
        InvalidInput: There are fewer than two, more than four, or one of them twice.
    """
    found = check_ids("id", ids)
    if not COMPARED_LEAST <= len(found) <= COMPARED_MAX:
        raise InvalidInput(
            "id", f"id is given {len(found)} times. Give {COMPARED_LEAST} to {COMPARED_MAX}.", limit=COMPARED_MAX
        )
    if len(set(found)) < len(found):
        raise InvalidInput("id", "id holds the same execution twice. Give each once.")
    return found


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of one of the executions.

    Attributes:
        text: As far as it is compared; None where there is none.
        is_whole: Whether that is all of it.
        diff: How it differs from that of the first; None for the first itself.
    """

    text: str | None
    is_whole: bool
    diff: list[Piece] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        pieces = None if self.diff is None else [asdict(piece) for piece in self.diff]
        return {"text": self.text, "is_whole": self.is_whole, "diff": pieces}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of what they ran with that is not the same for all.

    Attributes:
        field: Which: `system_prompt`, `steps.draft.input`, `agents.Writer.model`.
        values: That of each execution; None where it has no such value.
        texts: Where it is a text in all of them, how each differs from the first; else empty.
    """

    field: str
    values: tuple[Any, ...]
    texts: tuple[ComparedText, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {"field": self.field, "values": list(self.values), "texts": [each.as_json() for each in self.texts]}


@dataclass(frozen=True, slots=True)
class StepDifference:
    """A step of workflows, in each of the executions; None where one has no step of this name.

    Attributes:
        name: Which.
        statuses: Where each is.
        durations_ms: How long each took.
        outputs: What each made, and how that differs from the first's.
    """

    name: str
    statuses: tuple[str | None, ...]
    durations_ms: tuple[int | None, ...]
    outputs: tuple[ComparedText, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {
            "name": self.name,
            "statuses": list(self.statuses),
            "durations_ms": list(self.durations_ms),
            "outputs": [each.as_json() for each in self.outputs],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four executions beside each other; differences are to the first.

    Attributes:
        executions: They, whole, in the order in which they were asked for.
        definition: What differs of what they ran with.
        inputs: What each ran on.
        outputs: What came of each.
        steps: The steps of those that are workflows, by their names.
        calls: Which tools each called, a line each; none where none called any.
    """

    executions: tuple[Execution, ...]
    definition: tuple[Difference, ...]
    inputs: tuple[ComparedText, ...]
    outputs: tuple[ComparedText, ...]
    steps: tuple[StepDifference, ...] = ()
    calls: tuple[ComparedText, ...] = ()

    @property
    def excerpts(self) -> list[Execution]:
        """The executions as lists show them: their texts stand beside each other apart from them."""
        return [
            replace(
                each,
                input=each.input[:EXCERPT_MAX],
                output=each.output and each.output[:EXCERPT_MAX],
                error=each.error and each.error[:EXCERPT_MAX],
                definition={},
                is_excerpt=True,
            )
            for each in self.executions
        ]

    @property
    def is_same_input(self) -> bool:
        """Whether all ran on the same."""
        return len({each.input for each in self.executions}) == 1

    def usage(self) -> list[dict[str, Any]]:
        """Return the tokens and the cost of each, and by how much they differ from the first's; None if unknown."""
        first = _figures(self.executions[0])
        return [
            {
                "id": each.id,
                **(own := _figures(each)),
                "is_partial": each.usage.is_partial,
                "difference": {name: _minus(own[name], first[name]) for name in first},
            }
            for each in self.executions
        ]

    def time(self) -> list[dict[str, Any]]:
        """Return how long each took, and by how much that differs from the first, milliseconds; None if unknown."""
        first = self.executions[0].duration_ms()
        return [
            {"id": each.id, "duration_ms": (own := each.duration_ms()), "difference_ms": _minus(own, first)}
            for each in self.executions
        ]


def steps_by_name(executions: Sequence[Sequence[Step]]) -> dict[str, list[Step | None]]:
    """Return the steps of some executions by their names, in their order; None where one has no such step."""
    named = [{each.name: each for each in steps} for steps in executions]
    names = dict.fromkeys(name for each in named for name in each)
    return {name: [each.get(name) for each in named] for name in names}


def step_difference(name: str, steps: Sequence[Step | None], outputs: Sequence[ComparedText]) -> StepDifference:
    """Return a step in each of some executions, given how its outputs differ."""
    return StepDifference(
        name,
        tuple(None if each is None else each.status.value for each in steps),
        tuple(None if each is None else each.duration_ms() for each in steps),
        # Of a step that was not read whole only the beginning was compared.
        tuple(
            replace(text, is_whole=text.is_whole and not (each is not None and each.is_excerpt))
            for each, text in zip(steps, outputs, strict=True)
        ),
    )


def call_lines(calls: Sequence[Call]) -> str | None:
    """Return the tools that were called as text, a line each; None for none.

    Args:
        calls: Turns among them are left out.
    """
    lines = []
    for each in calls:
        if each.kind is CallKind.TOOL:
            tool = f"{each.server}__{each.tool}" if each.server else each.tool
            arguments = "…" if each.arguments is None else json.dumps(each.arguments, ensure_ascii=False)
            end = "" if each.status is CallStatus.SUCCEEDED else f" · {each.status.value}"
            lines.append(f"{each.step}: {tool} {arguments}{end}" if each.step else f"{tool} {arguments}{end}")
    return "\n".join(lines) or None


def texts_of(pairs: Sequence[str | None]) -> list[tuple[str, str]]:
    """Return what is to be held against each other: each text against the first, cut to what is compared."""
    first = (pairs[0] or "")[:TEXT_MAX]
    return [(first, (each or "")[:TEXT_MAX]) for each in pairs[1:]]


def compared(texts: Sequence[str | None], diffs: Sequence[list[Piece]]) -> tuple[ComparedText, ...]:
    """Return texts with their differences to the first.

    Args:
        texts: They, whole.
        diffs: The difference of each but the first.
    """
    return tuple(
        ComparedText(None if text is None else text[:TEXT_MAX], len(text or "") <= TEXT_MAX, diff)
        for text, diff in zip(texts, (None, *diffs), strict=True)
    )


def differing(definitions: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Return the values that are not the same in all of some definitions, by field, at most 100 of them.

    >>> differing([{"model": "a", "n": 1}, {"model": "b", "n": 1}])
    {'model': ('a', 'b')}
    """
    flat = [_flat(each) for each in definitions]
    fields = dict.fromkeys(name for each in flat for name in each)
    found = {name: tuple(each.get(name) for each in flat) for name in fields}
    differ = [name for name, values in found.items() if any(value != values[0] for value in values)]
    return {name: found[name] for name in differ[:FIELDS_MAX]}


def _flat(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an agent's or a workflow's definition by their places in it."""
    found: dict[str, Any] = {}
    if "system_prompt" in definition:
        definition = with_acting(definition)
    for name, value in definition.items():
        if name == "steps" and isinstance(value, list):
            named = {str(each.get("name")): each for each in value if isinstance(each, dict)}
        elif name == "agents" and isinstance(value, dict):
            # By name: the number of an agent tells a person nothing.
            named = {str(each.get("name")): with_acting(each) for each in value.values() if isinstance(each, dict)}
        else:
            found[name] = value
            continue
        found |= {f"{name}.{each}.{key}": part for each, parts in named.items() for key, part in parts.items()}
    return found


def _figures(execution: Execution) -> dict[str, float | None]:
    usage = execution.usage
    return {**{name: getattr(usage, name) for name in _TOKENS}, "cost_usd": usage.cost_usd}


def _minus(own: float | None, first: float | None) -> float | None:
    return None if own is None or first is None else round(own - first, 9)
