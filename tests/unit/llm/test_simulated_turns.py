"""The offline model with tools: one call a turn, then an answer with the last result."""

import doctest
import json
import random
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from execution_hub.errors import SimulatedFailure
from execution_hub.llm import arguments, messages, simulated_json, simulated_plan
from execution_hub.llm.messages import assistant_message, tool_result, tool_results_message, user_message
from execution_hub.llm.port import Finished, ModelRequest, TextDelta, ToolCall, ToolSpec
from execution_hub.llm.simulated import SimulatedModel
from execution_hub.llm.simulated_json import fitting


async def _no_pause(_seconds: float) -> None:
    pass


MODEL = SimulatedModel(sleep=_no_pause)
BUILT_IN = tuple(ToolSpec(f"hub__{name}", "", {"type": "object"}) for name in ("current_time", "calculate"))


def ask(text: str, tools: tuple[ToolSpec, ...] = (), **more: Any) -> ModelRequest:
    return ModelRequest("simulated", "", (user_message(text),), 4_096, tools, **more)


async def turn(request: ModelRequest) -> tuple[str, list[ToolCall], Finished]:
    """Return the text, the calls and the end of one turn."""
    events = [event async for event in MODEL.stream(request)]
    last = events[-1]
    assert isinstance(last, Finished)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    return text, [event for event in events if isinstance(event, ToolCall)], last


async def play(request: ModelRequest, *results: str) -> tuple[list[ToolCall], str]:
    """Answer each call with the next result; return all calls and the answer."""
    made: list[ToolCall] = []
    for result in results:
        _, calls, end = await turn(request)
        assert (end.stop_reason, len(calls)) == ("tool_use", 1)
        made += calls
        said = assistant_message(end.blocks), tool_results_message([tool_result(calls[0].id, result)])
        request = replace(request, messages=(*request.messages, *said))
    text, calls, end = await turn(request)
    assert (end.stop_reason, calls) == ("end_turn", [])
    return made, text


async def test_each_mark_is_a_turn_and_the_answer_holds_the_last_result() -> None:
    """In their order, offered or not; the answer says what it was asked without the marks."""
    text = 'Hi [tool time__now {"zone": "Asia/Tokyo", "more": [{"a": "]"}]}] and [TOOL web__get] there'
    made, answer = await play(ask(text), "first", "```\n12:30\n```")
    assert [(call.name, call.arguments) for call in made] == [
        ("time__now", {"zone": "Asia/Tokyo", "more": [{"a": "]"}]}),
        ("web__get", {}),
    ]
    assert made[0].id != made[1].id
    assert "```\n12:30\n```" in answer
    assert "> Hi and there" in answer and "first" not in answer


async def test_the_same_conversation_gives_the_same_turn() -> None:
    """Ids too: what is repeated after a crash is the same."""
    request = ask("[tool a__b {}]")
    assert await turn(request) == await turn(request)


async def test_arguments_that_are_no_json_are_played_as_written() -> None:
    """A model that gets them wrong is a case to try."""
    made, _ = await play(ask('[tool a__b {"x": ] [tool a__b [1]]'), "no", "no")
    assert [call.arguments for call in made] == [None, None]
    assert "not valid JSON" in made[0].error and "not a JSON object" in made[1].error


async def test_it_answers_with_what_there_is_where_it_may_not_ask_for_a_tool() -> None:
    """The last turn at a limit."""
    text, calls, end = await turn(ask("[tool a__b {}]", tool_choice="none"))
    assert (calls, end.stop_reason) == ([], "end_turn")
    assert text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("What time is it?", [("hub__current_time", {})]),
        ("现在几点？", [("hub__current_time", {})]),
        ("What is 12*(3+4)?", [("hub__calculate", {"expression": "12*(3+4)"})]),
        ("The time, and 7 / 2.", [("hub__current_time", {}), ("hub__calculate", {"expression": "7 / 2"})]),
        ("Call 555-1234 on 2026-11-25, sometimes", []),
    ],
)
async def test_the_hub_s_own_tools_are_used_where_a_question_needs_them(
    text: str, made: list[tuple[str, dict[str, Any]]]
) -> None:
    """Without a mark, and only where they are offered: a newcomer sees an agent act."""
    calls, _ = await play(ask(text, BUILT_IN), *["84"] * len(made))
    assert [(call.name, call.arguments) for call in calls] == made
    assert (await play(ask(text)))[0] == []


async def test_what_is_to_fail_or_to_be_cut_is_the_answer() -> None:
    """Not the turns before it."""
    request = ask("[fail] [tool a__b {}]")
    _, calls, end = await turn(request)
    said = assistant_message(end.blocks), tool_results_message([tool_result(calls[0].id, "1")])
    with pytest.raises(SimulatedFailure):
        await turn(replace(request, messages=(*request.messages, *said)))


async def test_json_fits_its_schema_and_bad_json_only_at_first() -> None:
    """Then it is repaired when it is asked again."""
    schema = {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}}, "required": ["mood"]}
    request = ask("[bad json] How are you?", output_schema=schema)
    text, _, end = await turn(request)
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(text)
    again = (*request.messages, assistant_message(end.blocks), user_message("That was no JSON."))
    assert json.loads((await turn(replace(request, messages=again)))[0]) == {"mood": "good"}


SELF = {"type": "object", "properties": {"child": {"$ref": "#"}, "name": {"type": "string"}}, "required": ["name"]}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 20},
        {"type": "string", "maxLength": 3},
        {"type": "string", "format": "date"},
        {"type": "integer", "minimum": 7, "multipleOf": 5},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "integer", "maximum": -3},
        {"type": ["null", "string"]},
        {"const": {"a": 1}},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3},
        {"type": "array", "items": {"type": "boolean"}, "maxItems": 0},
        {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "integer"}}}]},
        {"$defs": {"n": {"type": "integer"}}, "type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}},
        SELF,
        {},
        {"items": {"type": "integer"}},
    ],
    ids=lambda schema: json.dumps(schema)[:50],
)
def test_what_it_makes_of_a_schema_fits(schema: dict[str, Any]) -> None:
    """For what people mostly say in one."""
    jsonschema_rs.validator_for(schema).validate(json.loads(fitting(schema)))


def test_a_schema_that_holds_itself_has_an_end() -> None:
    """It does not grow past some thousands of values, whatever it says."""
    twice = {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["a", "b"]}
    assert len(fitting(twice)) < 100_000
    assert fitting({"$ref": "#"}) == "null"


async def test_an_input_of_marks_without_end_is_read_in_little_time() -> None:
    """Work on it is bounded: some hundred calls, the rest is text."""
    chance = random.Random(1)
    for text in (
        "[tool a {" * 20_000,
        "[tool a [" * 20_000,
        "((((1" * 40_000,
        '[tool a "' * 20_000,
        "[tool a {}]" * 20_000,
    ):
        await turn(ask(text + str(chance.random()), BUILT_IN))


@pytest.mark.parametrize("module", [arguments, messages, simulated_json, simulated_plan])
def test_the_examples_in_the_docstrings_run(module: object) -> None:
    """The documentation's examples are true."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


async def test_json_in_the_input_is_answered_where_json_is_wanted_and_no_tool_is_asked_for() -> None:
    """A judge reads the marks of those it judges: those of tools it has none of."""
    schema = {"type": "object"}
    asked = '[fast] [tool hub__calculate {"expression": "1+1"}] [json {"passed": false, "list": [1]}] [json {}] Is it?'
    text, calls, _ = await turn(ask(asked, output_schema=schema))
    assert (json.loads(text), calls) == ({"passed": False, "list": [1]}, [])
    assert json.loads((await turn(ask("[json {broken] x", output_schema=schema)))[0]) == {}
