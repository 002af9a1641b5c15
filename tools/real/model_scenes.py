"""What a real model does with a real tool: SmolLM2 has 135 million parameters, and is right some of the time.

What it writes is shown as it comes. Its calls are its own: llama.cpp holds it to the form of a call once it has begun
one, but whether it begins one, of which tool, and with which values, nobody tells it.
"""

from typing import Any

from real.stage import Acted, Stage
from real.transcript import input_tokens

MODEL = "smollm2"
# With what the server tells if it is asked the right thing. There is no zone on Mars: that it tells the model.
QUESTIONS = {
    "What time is it in Europe/Berlin?": '"timezone": "Europe/Berlin"',
    "What time is it in Asia/Tokyo?": '"timezone": "Asia/Tokyo"',
    "Convert the time 14:30 from Europe/London to Asia/Tokyo.": "T23:30:00+09:00",
    "What time is it in Mars/Olympus?": "",
}
LIMITS: dict[str, Any] = {"max_tokens": 120, "max_turns": 3, "max_tool_calls": 2}
STORY = "Tell me a long story about the sea."


def messages(stage: Stage) -> None:
    """A real model as a server of the Messages API."""
    _model(stage, MODEL, "the Messages API")


def completions(stage: Stage) -> None:
    """The same as a server of OpenAI's chat completions."""
    _model(stage, f"openai/{MODEL}", "chat completions")


def _model(stage: Stage, model: str, way: str) -> None:
    listed = [each["name"] for each in stage.hub.call("GET", "/api/models")[1]["items"] if each["is_listed"]]
    stage.check(f"the hub lists {model}", model in listed)
    replied = stage.act("time", "What is the capital of France?", model=model, tools=[], max_tokens=40)
    stage.check(f"the model replies through {way}", replied.is_answered)
    counted = input_tokens(replied.execution), replied.execution["usage"]["output_tokens"] or 0
    stage.check("its tokens are counted", min(counted) > 5)
    acted = {asked: stage.act("time", asked, model=model, **LIMITS) for asked in QUESTIONS}
    made = [call for each in acted.values() for call in each.tools]
    reached = [call for call in made if _is_sent(call)]
    answers = {asked: told for asked, told in QUESTIONS.items() if told}
    right = [asked for asked, told in answers.items() if _has(acted[asked], told)]
    stage.say(f"\n  The model asked for {len(made)} calls; {len(reached)} of them fitted a tool, and were made.")
    stage.say(f"  Of {len(answers)} questions with an answer it asked the server the right thing for {len(right)}.")
    stage.check("a turn of the model asked for a tool", any(_asked(each) for each in acted.values()))
    stage.check("a call that the model wrote reached mcp-server-time", reached)
    stage.check("one of its calls was right, and the server's answer came back to it", right)
    _stopped(stage, model)


def _stopped(stage: Stage, model: str) -> None:
    """A stop in the middle of an answer ends it at the model, too."""
    execution = stage.stop(STORY, model=model, max_tokens=4000)
    stage.check("a stop ends an answer that is being written", execution["status"] == "cancelled")
    stage.check("what was written until then is kept", execution["output"])
    stage.check("the model writes no more", stage.is_quiet())


def _asked(acted: Acted) -> bool:
    return bool(acted.tools) and any(turn["stop_reason"] == "tool_use" for turn in acted.turns)


def _is_sent(call: dict[str, Any]) -> bool:
    """Return whether a call went to the server: it names a tool of it, and its arguments fit."""
    return call["server"] == "time" and call["started_at"] is not None


def _has(acted: Acted, told: str) -> bool:
    """Return whether a server's answer holds a text, and the model had a turn with it."""
    return acted.is_answered and any(told in (call["result"] or "") for call in acted.tools)
