"""Which rows are selected, and what can be done to them."""

from execution_hub.views.rows import ExecutionRow
from execution_hub.views.selection import Selection, ids_between

ROWS = [
    ExecutionRow(id=9, status="pending"),
    ExecutionRow(id=8, status="running"),
    ExecutionRow(id=7, status="running", is_stopping=True),
    ExecutionRow(id=6, status="waiting"),
    ExecutionRow(id=5, status="succeeded"),
    ExecutionRow(id=4, status="cancelled"),
]


def test_what_is_selected_is_sorted_by_what_can_be_done() -> None:
    """What has not ended can be stopped once, what has ended can be deleted."""
    selection = Selection.of({4, 5, 6, 7, 8, 9}, ROWS)
    assert selection.ids == (9, 8, 7, 6, 5, 4)
    assert selection.stoppable == (9, 8, 6)
    assert selection.ended == (5, 4)


def test_a_row_is_selected_once_and_no_longer_when_that_is_taken_back() -> None:
    """Said twice is said once."""
    one = Selection().having([8], ROWS, is_picked=True).having([8], ROWS, is_picked=True)
    assert one.ids == (8,)
    assert one.having([8], ROWS, is_picked=False) == Selection()


def test_what_the_page_does_not_show_cannot_be_selected() -> None:
    """Neither an id that never was there, nor a row that has gone."""
    assert Selection().having([1], ROWS, is_picked=True) == Selection()
    assert Selection.of((8, 4), ROWS[:2]).ids == (8,)


def test_a_range_is_all_between_two_rows_whichever_was_first() -> None:
    """Both included; where one of them is not shown any more, it is the other alone."""
    assert ids_between(ROWS, 8, 5) == [8, 7, 6, 5]
    assert ids_between(ROWS, 5, 8) == [8, 7, 6, 5]
    assert ids_between(ROWS, 1, 6) == [6]
    selection = Selection.of((9,), ROWS).having(ids_between(ROWS, 8, 6), ROWS, is_picked=True)
    assert selection.ids == (9, 8, 7, 6)
    assert selection.having(ids_between(ROWS, 9, 7), ROWS, is_picked=False).ids == (6,)


def test_two_to_four_can_be_compared() -> None:
    """Whatever their status."""
    counts = [Selection.of({row.id for row in ROWS[:count]}, ROWS).is_comparable for count in range(6)]
    assert counts == [False, False, True, True, True, False]
