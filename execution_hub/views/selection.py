"""Which rows a person has selected, and what can be done to them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from execution_hub.domain.comparison import COMPARED_LEAST, COMPARED_MAX
from execution_hub.domain.status import Status
from execution_hub.views.rows import ExecutionRow


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected rows.

    Attributes:
        ids: All of them, in the order of the rows.
        stoppable: Those that can be stopped.
        ended: Those that can be deleted, or run again.
        is_comparable: Whether they can be shown side by side: two to four can.
    """

    ids: tuple[int, ...] = ()
    stoppable: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    is_comparable: bool = False

    @classmethod
    def of(cls, ids: Iterable[int], rows: Sequence[ExecutionRow]) -> "Selection":
        """Take the rows with these ids; an id without a row is dropped.

        Args:
            ids: What is selected.
            rows: What the page shows.
        """
        wanted = set(ids)
        picked = [row for row in rows if row.id in wanted]
        active = [row for row in picked if Status(row.status).is_active]
        return cls(
            ids=tuple(row.id for row in picked),
            stoppable=tuple(row.id for row in active if not row.is_stopping),
            ended=tuple(row.id for row in picked if not Status(row.status).is_active),
            is_comparable=COMPARED_LEAST <= len(picked) <= COMPARED_MAX,
        )

    def having(self, execution_ids: Iterable[int], rows: Sequence[ExecutionRow], *, is_picked: bool) -> "Selection":
        """Return them with some rows, or without them.

        Args:
            execution_ids: Which rows.
            rows: What the page shows; what is not in it cannot be selected.
            is_picked: Whether the rows are to be among them.
        """
        touched = set(execution_ids)
        others = set(self.ids) - touched
        return Selection.of(others | touched if is_picked else others, rows)


def ids_between(rows: Sequence[ExecutionRow], first: int, last: int) -> list[int]:
    """Return the ids of the rows from one to another, both included, in either order.

    Args:
        rows: What the page shows.
        first: One end; if it is not shown, there is only the other.
        last: The other end.
    """
    ids = [row.id for row in rows]
    if first not in ids or last not in ids:
        return [last]
    low, high = sorted((ids.index(first), ids.index(last)))
    return ids[low : high + 1]
