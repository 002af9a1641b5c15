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

    def having(self, execution_id: int, rows: Sequence[ExecutionRow], *, is_picked: bool) -> "Selection":
        """Return them with one row, or without it.

        Args:
            execution_id: Which row.
            rows: What the page shows; what is not in it cannot be selected.
            is_picked: Whether the row is to be among them.
        """
        others = set(self.ids) - {execution_id}
        return Selection.of(others | {execution_id} if is_picked else others, rows)
