"""An execution as JSON text: one with long texts is written in another process, since that takes as long as reading."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from execution_hub.domain.call import Call
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step

# So many characters are written, and read where they are JSON, within a few milliseconds.
LIGHT_CHARS = 100_000
# So many cells of a suite's run.
CELLS_LIGHT = 50
# What stands around the texts of a case, and a check of it.
_CASE_CHARS, _CHECK_CHARS = 200, 200


def is_light(execution: Execution, steps: Sequence[Step] = (), calls: Sequence[Call] = ()) -> bool:
    """Tell whether an execution may be written on an event loop."""
    if execution.suite_id is not None and (execution.progress.total or CELLS_LIGHT + 1) > CELLS_LIGHT:
        # What it ran with, and the results beside it.
        return False
    texts = [execution.input, execution.output]
    texts += [text for step in steps for text in (step.input, step.output)]
    texts += [text for call in calls for text in (call.output, call.result)]
    return sum(len(text or "") for text in texts) <= LIGHT_CHARS


def cases_chars(cases: Iterable[Mapping[str, Any]]) -> int:
    """Return about how many characters the cases of a suite have, as on the wire."""
    return sum(
        _CASE_CHARS
        + len(each["input"])
        + len(each["golden"] or "")
        + sum(map(len, each["variables"].values()))
        + _CHECK_CHARS * len(each["checks"])
        for each in cases
    )


def written(
    execution: Execution,
    steps: Sequence[Step] = (),
    calls: Sequence[Call] = (),
    more: Mapping[str, Any] | None = None,
    indent: int | None = None,
) -> str:
    """Write an execution as on the wire.

    Args:
        execution: It, whole.
        steps: See `Execution.as_json`.
        calls: See `Execution.as_json`.
        more: What stands beside its own members.
        indent: By how many characters each level is indented; None for all of it on one line.
    """
    return as_json_text({**execution.as_json(steps, calls), **(more or {})}, indent)


def as_json_text(values: Any, indent: int | None = None) -> str:
    """Write JSON values: see `written`."""
    separators = (",", ":") if indent is None else None
    return json.dumps(values, ensure_ascii=False, indent=indent, separators=separators)
