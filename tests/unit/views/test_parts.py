"""What a run has started, as rows beneath its own."""

from execution_hub.domain.status import Status
from execution_hub.views.parts import PARTS_MAX, Parts
from tests.support.executions import AT, make_execution


def test_parts_are_patched_in_place_and_new_ones_come_on_top() -> None:
    parts = Parts.of([make_execution(id=number, parent_id=9) for number in (5, 4)], None)
    changed = [
        make_execution(id=4, parent_id=9, status=Status.RUNNING, started_at=AT),
        make_execution(id=6, parent_id=9),
        make_execution(id=7, parent_id=8),
        make_execution(id=5, parent_id=9, deleted_at=AT),
    ]
    after = parts.taking(9, changed)
    assert [(row.id, row.status) for row in after.rows] == [(6, "pending"), (4, "running")]
    assert parts.taking(3, changed) is parts


def test_only_so_many_are_shown() -> None:
    parts = Parts.of([make_execution(id=1000)], "c")
    for start in range(900, 0, -Parts.PAGE):
        if not parts.has_more:
            break
        parts = parts.and_more(Parts.of([make_execution(id=start - place) for place in range(Parts.PAGE)], "c"))
    assert (len(parts.rows), parts.has_more) == (PARTS_MAX + 1, False)
