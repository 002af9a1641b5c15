"""Tasks: a named piece of work, checked."""

import pytest

from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.task import Task, TaskDraft
from execution_hub.errors import InvalidInput


def test_a_good_draft_keeps_its_values() -> None:
    """The space around its name is dropped, its input stays as it is."""
    draft = TaskDraft(" T ", " Do it \n")
    assert (draft.name, draft.input, draft.description) == ("T", " Do it \n", "")
    TaskDraft("x" * 120, "x" * 200_000, "x" * 2_000)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"input": ""}, "input"),
        ({"input": "x" * 200_001}, "input"),
        ({"input": "\ud800"}, "input"),
        ({"description": "x" * 2_001}, "description"),
        ({"description": "\x00"}, "description"),
    ],
)
def test_a_bad_value_is_named(values: dict[str, str], field: str) -> None:
    """New, or as a change of what is stored."""
    with pytest.raises(InvalidInput) as found:
        TaskDraft(**{"name": "T", "input": "x", **values})
    assert found.value.field == field
    task = Task(3, "T", "D", "x", now(), now())
    with pytest.raises(InvalidInput) as found:
        task.draft(**values)
    assert found.value.field == field


def test_a_task_on_the_wire() -> None:
    """Its values, and its times in UTC."""
    at = now()
    assert Task(3, "T", "D", "x", at, at).as_json() == {
        **dict.fromkeys(("created_at", "updated_at"), to_wire(at)),
        "id": 3,
        "name": "T",
        "description": "D",
        "input": "x",
        "version": 1,
    }
