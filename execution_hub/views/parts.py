"""What a run has started, as rows beneath its own. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from execution_hub.domain.execution import Execution
from execution_hub.views.rows import ExecutionRow

# So many are shown at most: all of them are in the run's own matrix.
PARTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one run, the newest first.

    Attributes:
        rows: Those that are shown.
        cursor: Where the next ones begin; empty at the end.
        has_more: Whether more of them are shown on demand.
    """

    PAGE: ClassVar[int] = 20

    rows: list[ExecutionRow] = field(default_factory=list)
    cursor: str = ""
    has_more: bool = False

    @classmethod
    def of(cls, executions: Iterable[Execution], cursor: str | None) -> Self:
        """Take a page of them."""
        return cls([ExecutionRow.of(each) for each in executions], cursor or "", cursor is not None)

    def and_more(self, more: "Parts") -> "Parts":
        """Return it with the page that follows."""
        known = {row.id for row in self.rows}
        rows = [*self.rows, *(row for row in more.rows if row.id not in known)]
        return replace(more, rows=rows, has_more=more.has_more and len(rows) < PARTS_MAX)

    def taking(self, execution_id: int, changed: Sequence[Execution]) -> "Parts":
        """Return it with what changed; new ones come on top, and as many as are shown stay.

        Args:
            execution_id: Whose parts these are.
            changed: Executions that have changed.
        """
        mine = [each for each in changed if each.parent_id == execution_id]
        if not mine:
            return self
        gone = {each.id for each in mine if each.deleted_at is not None}
        oldest = min((row.id for row in self.rows), default=0)
        fresh = {each.id: ExecutionRow.of(each) for each in mine if each.id not in gone and each.id >= oldest}
        rows = {row.id: row for row in self.rows if row.id not in gone} | fresh
        return replace(self, rows=[rows[each] for each in sorted(rows, reverse=True)][: max(self.PAGE, len(self.rows))])
