"""An agent's cases beside the answers of its last batches, as a table. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from execution_hub.domain.case import AgentCase, mark_of, name_for
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import at_least, format_cost, format_count, format_duration
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.views.rows import ExecutionRow
from execution_hub.views.texts import excerpt, plain_words

# As many batches as a table shows beside each other.
BATCHES_MAX = 4
# As much of an answer as a cell shows; the rest is on its page.
ANSWER_MAX = 240
_GAP = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the table shows it.

    Attributes:
        name: Its name.
        input: The first words of its input.
        is_named: Whether a person named it: otherwise its name is but the beginning of its input.
    """

    name: str = ""
    input: str = ""
    is_named: bool = False

    @classmethod
    def of(cls, case: AgentCase) -> "CaseRow":
        """Take what is shown from a case."""
        return cls(case.name, excerpt(case.input), case.name != name_for(case.input, ()))


@dataclass(frozen=True, slots=True)
class Cell:
    """What a batch has answered to a case.

    Attributes:
        id: The execution; 0 where the case was not in the batch, or had another input then.
        status, phase, is_cut, is_stopping, clock_from, error_code: As of a row of the history.
        text: The first words of the answer, or the error.
        duration_text, tokens_text: For a person; empty where there is none yet.
        before_id: The answer of the batch before, once both have ended; 0 if there is none.
    """

    id: int = 0
    status: str = ""
    phase: str = ""
    is_cut: bool = False
    is_stopping: bool = False
    clock_from: str = ""
    error_code: str = ""
    text: str = ""
    duration_text: str = ""
    tokens_text: str = ""
    before_id: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether it is an answer that does not change any more."""
        return self.id > 0 and Status(self.status).is_finished

    @classmethod
    def of(cls, execution: Execution, written: str, before: "Cell | None") -> "Cell":
        """Take what is shown from an execution.

        Args:
            execution: It, as an excerpt.
            written: What it has written so far, if that is known.
            before: The answer to the same case in the batch before.
        """
        row = ExecutionRow.of(execution)
        is_failed = execution.status is Status.FAILED
        answer = _GAP.sub("\n", plain_words((execution.output or written)[:ANSWER_MAX])).strip()
        return cls(
            id=row.id,
            status=row.status,
            phase=row.phase,
            is_cut=row.is_cut,
            is_stopping=row.is_stopping,
            clock_from=row.clock_from,
            error_code=row.error_code,
            text=row.text if is_failed and row.error_code else answer,
            duration_text=row.duration_text,
            tokens_text=row.tokens_text,
            before_id=before.id if execution.is_finished and before is not None and before.has_ended else 0,
        )


@dataclass(frozen=True, slots=True)
class BatchColumn:
    """A batch as the table shows it.

    Attributes:
        id: Its number; 0 for none.
        version: The version of the agent that answers; 0 for values that were not saved.
        model: Its model.
        created_at: When it was started, ISO 8601.
        ended, succeeded, total: How many of its executions have ended, and how, of how many.
        duration_text, tokens_text, cost_text: Of all of them together; empty where there is none yet.
        stoppable: Those that can be stopped.
        cells: Its answers, one for each case.
    """

    id: int = 0
    version: int = 0
    model: str = ""
    created_at: str = ""
    ended: int = 0
    succeeded: int = 0
    total: int = 0
    duration_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    stoppable: tuple[int, ...] = ()
    cells: tuple[Cell, ...] = ()


def marks_of(cases: Iterable[AgentCase]) -> list[str]:
    """Return what the inputs of cases are known by, in their order."""
    return [mark_of(case.input) for case in cases]


def lay_out(
    marks: Sequence[str],
    batches: Sequence[tuple[int, Sequence[Execution]]],
    marks_by_id: Mapping[int, str],
    written: Mapping[int, str],
) -> list[BatchColumn]:
    """Return the columns of the table, newest first.

    A batch has answered a case if it ran on that very input; of two cases with the same, each has an answer of its own.

    Args:
        marks: What the inputs of the cases are known by.
        batches: Numbers with executions in the order in which they were started, newest batch first.
        marks_by_id: What the inputs of the executions are known by.
        written: What executions have written so far, by id.
    """
    columns: list[BatchColumn] = []
    before: tuple[Cell, ...] = ()
    for batch_id, executions in reversed(batches):
        answers: dict[str, list[Execution]] = {}
        for each in executions:
            answers.setdefault(marks_by_id.get(each.id, ""), []).append(each)
        cells: list[Cell] = []
        for place, mark in enumerate(marks):
            found = answers.get(mark)
            older = before[place] if before else None
            cells.append(Cell.of(execution := found.pop(0), written.get(execution.id, ""), older) if found else Cell())
        columns.append(_column(batch_id, executions, tuple(cells)))
        # A case that a batch left out is compared with the one before that.
        before = tuple(cell if cell.id else older for cell, older in zip(cells, before or cells, strict=True))
    return columns[::-1]


def _column(batch_id: int, executions: Sequence[Execution], cells: tuple[Cell, ...]) -> BatchColumn:
    usage = sum((each.usage for each in executions), Usage())
    took = [each.duration_ms() or 0 for each in executions if each.is_finished]
    tokens = usage.total_tokens or 0
    first = executions[0] if executions else None
    return BatchColumn(
        id=batch_id,
        version=(first.agent_version or 0) if first else 0,
        model=(first.model or "") if first else "",
        created_at=(to_wire(first.created_at) or "") if first else "",
        ended=len(took),
        succeeded=sum(each.status is Status.SUCCEEDED for each in executions),
        total=len(executions),
        duration_text=format_duration(sum(took)) if took else "",
        tokens_text=at_least(format_count(tokens) if tokens else "", usage.is_partial),
        cost_text=at_least("" if usage.cost_usd is None else format_cost(usage.cost_usd), usage.is_partial),
        stoppable=tuple(each.id for each in executions if not each.is_finished and each.cancel_requested_at is None),
        cells=cells,
    )
