"""Workflows as files: written, read, and what is wrong named at its place."""

import json

import pytest

from execution_hub.domain.workflow_file import WorkflowFile, export
from execution_hub.hub import samples
from execution_hub.views.json_file import PROBLEMS_MAX, TEXT_MAX, FileError, read_file, write_file

STEP = {"name": "a", "agent_id": 1, "input": "{{ input }}"}


def refused(text: str, language: str = "en") -> list[tuple[str, str]]:
    """Return places and words of what is wrong with a text."""
    with pytest.raises(FileError) as caught:
        read_file(WorkflowFile, text, language)
    return [(each.place, each.text) for each in caught.value.problems]


def test_what_is_written_is_read_again() -> None:
    """The sample comes back as it was, its agents by name."""
    value = export(samples.workflow(1), {})
    file = read_file(WorkflowFile, write_file(value), "en")
    assert [step.name for step in file.steps] == [step.name for step in samples.workflow(1).steps]
    assert json.loads(write_file(value)) == value


def test_what_the_api_answers_is_read_too() -> None:
    """An older export has numbers for its agents, and its own number and times."""
    value = {"id": 7, "created_at": "x", "updated_at": "x", **samples.workflow(4).model_dump(mode="json")}
    assert read_file(WorkflowFile, json.dumps(value), "en").steps[0].agent_id == 4


@pytest.mark.parametrize(
    ("value", "place", "words"),
    [
        ({"steps": []}, "name", "is missing"),
        ({"name": 5}, "name", "is not text"),
        ({"name": "W", "steps": [], "colour": "red"}, "colour", "There is no such field."),
        ({"name": "W", "steps": {}}, "steps", "is no list"),
        ({"name": "W", "steps": ["a"]}, "steps[0]", "is no object"),
        ({"name": "W", "steps": [STEP, {**STEP, "retries": "2"}]}, "steps[1].retries", "is no whole number"),
        ({"name": "W", "steps": [{**STEP, "timeout_seconds": "1"}]}, "steps[0].timeout_seconds", "is no number"),
        ({"name": "W", "steps": [{**STEP, "type": "person"}]}, "steps[0].type", "is none of agent or approval"),
        (
            {"name": "W", "steps": [{**STEP, "when": {"step": "a", "op": "is"}}]},
            "steps[0].when.op",
            "is none of equals, not_equals, contains, not_contains, matches, less or greater",
        ),
        ({"name": "W", "steps": [{**STEP, "depends_on": [1]}]}, "steps[0].depends_on[0]", "is not text"),
        ({"name": "W", "steps": [], "agents": [{"name": "A"}] * 201}, "agents", "has more than 200 entries"),
        ({"name": "W", "steps": [], "agents": [{"tools": []}]}, "agents[0].name", "is missing"),
        ([], "", "is no object"),
    ],
)
def test_a_wrong_shape_is_named_at_its_place(value: object, place: str, words: str) -> None:
    """Each in English as here, and in Chinese."""
    assert refused(json.dumps(value))[0] == (place, words)
    assert refused(json.dumps(value), "zh")[0][0] == place
    assert refused(json.dumps(value), "zh")[0][1] != words


@pytest.mark.parametrize(
    "text",
    ["", "  ", "{", "[" * 100_000, '{"name": "\\ud800"}', "1" * 5_000, '{"name": "x' + " " * TEXT_MAX],
    ids=["empty", "blank", "open", "deep", "half a character", "long number", "long"],
)
def test_what_is_no_json_is_told_in_words(text: str) -> None:
    """No place, one sentence, in both languages."""
    assert [place for place, _ in refused(text)] == [""]
    assert refused(text) != refused(text, "zh")


def test_of_many_mistakes_the_first_are_told() -> None:
    """A file of the wrong kind does not fill the page: one wrong step is enough, and of it the first mistakes."""
    value = {"name": "W", "steps": [{"colour": "red"}] * 50}
    assert [place for place, _ in refused(json.dumps(value))] == ["steps[0].name", "steps[0].colour"]
    odd = {"name": "W", "steps": [{f"odd{number}": 1 for number in range(50)}]}
    assert len(refused(json.dumps(odd))) == PROBLEMS_MAX
