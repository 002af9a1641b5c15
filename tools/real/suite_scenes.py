"""A suite run with the real model: what it passes, how sure that is, what it cost.

SmolLM2 has 135 million parameters: some of this it can, some it cannot, and the table says which. What must be so is
that the hub has judged each answer by what it says, not that the answers are right.
"""

import json
from pathlib import Path
from typing import Any

from execution_hub.domain.verdict import wilson
from real.stage import END_SECONDS, Stage

MODEL = "smollm2"
# In USD per million tokens: nobody charges for this model, and a cost of nothing would show nothing.
PRICE = {"input": 0.1, "output": 0.4, "cache_write": 0.1, "cache_read": 0.01}
REPEATS = 2
SHORT = {"type": "max_chars", "value": 600}
PAID = {"type": "max_cost_usd", "value": 0.001}
TOKYO = {"type": "tool_called", "tool": "time__get_current_time", "arguments": {"timezone": "Asia/Tokyo"}}
ZERO = {"type": "matches", "value": r"\b0\b|(?i)zero"}
COLOURS = {"type": "contains_all", "value": ["red", "blue", "yellow"]}
AS_JSON = "Answer with JSON only, no words before or after it: "


def _has(*words: str) -> dict[str, Any]:
    return {"type": "contains_any", "value": list(words)}


CASES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "capital of France": ("What is the capital of France?", [_has("Paris"), SHORT]),
    "capital of Italy": ("What is the capital of Italy?", [_has("Rome"), SHORT]),
    "capital of Japan": ("What is the capital of Japan?", [_has("Tokyo"), SHORT]),
    "capital of Australia": ("What is the capital of Australia?", [_has("Canberra"), SHORT]),
    "two and two": ("What is 2 + 2?", [_has("4", "four"), SHORT]),
    "a product": ("What is 17 times 23?", [_has("391")]),
    "opposite of hot": ("What is the opposite of hot?", [_has("cold"), SHORT]),
    "a colour": ("What colour is the sky on a clear day?", [_has("blue")]),
    "days of a week": ("How many days are in a week?", [_has("7", "seven"), SHORT]),
    "legs of a spider": ("How many legs does a spider have?", [_has("8", "eight")]),
    "water freezes": (
        "At how many degrees Celsius does water freeze?",
        [{"type": "matches", "value": r"\b0\b|(?i)zero"}],
    ),
    "one word": ("Say hello in one word.", [{"type": "max_chars", "value": 20}]),
    "a list": ("Name three primary colours.", [COLOURS]),
    "no German": ("Translate to French: good morning", [{**_has("guten"), "not": True}, _has("bonjour")]),
    "JSON": (AS_JSON + 'an object with the field "city" and the value "Paris".', [{"type": "is_json"}]),
    "a field of JSON": (
        AS_JSON + '{"answer": 4}',
        [{"type": "json_field", "field": "answer", "op": "equals", "value": 4}],
    ),
    "repeats": ("Repeat exactly: The cat sat on the mat.", [{"type": "similar", "value": "The cat sat on the mat."}]),
    "ends by itself": ("Say yes.", [{"type": "stop_reason", "value": "end_turn"}]),
    "asks the clock": ("What time is it in Asia/Tokyo?", [TOKYO]),
    "lets the clock be": ("Who wrote Hamlet?", [{**TOKYO, "not": True}, _has("Shakespeare")]),
}


def prices(work: Path) -> str:
    """Write the file of the hub's own prices and return its path."""
    path = work / "prices.json"
    path.write_text(json.dumps({MODEL: PRICE}))
    return str(path)


def suite(stage: Stage) -> None:
    """Twenty cases on two agents, judged: a table of verdicts with interval, cost and time."""
    targets = {"alone": [], "with a clock": [{"server": "time", "tool": "get_current_time", "approval": "auto"}]}
    limits = {"max_tokens": 50, "max_turns": 3, "max_tool_calls": 1}
    ids = [stage.agent(name=name, model=MODEL, tools=tools, **limits) for name, tools in targets.items()]
    cases = [{"name": name, "input": text, "checks": [*checks, PAID]} for name, (text, checks) in CASES.items()]
    about = {"targets": [{"agent_id": each} for each in ids], "cases": cases, "repeats": REPEATS, "pass_rate": 0.5}
    status, made = stage.hub.call("POST", "/api/suites", {"name": "Small questions", **about})
    assert status == 201, made
    _, started = stage.hub.call("POST", f"/api/suites/{made['id']}/run")
    run = stage.hub.ended(started["id"], 4 * END_SECONDS)
    results = run["results"]
    stage.say(f"\n  | case | {' | '.join(targets)} | why |\n  |---|---|---|---|")
    for name in CASES:
        own = [each for each in results if each["case"] == name]
        stage.say(f"  | {name} | {' | '.join(_outcomes(own, place) for place in range(len(ids)))} | {_why(own)} |")
    _tell(stage, run, list(targets))
    verdict = run["verdict"]
    stage.check("the run has ended, and its status says nothing of the answers", run["status"] == "succeeded")
    is_whole = len(results) == REPEATS * len(CASES) * len(ids) and all(each["outcome"] for each in results)
    stage.check("each case has an outcome on each agent for each repeat", is_whole)
    errors = [each for each in results if each["outcome"] == "error"]
    is_told = all(check["code"] == "failed" and check["reason"] for each in errors for check in each["checks"])
    stage.check("what could not be judged is an execution that failed, and says why", is_told)
    stage.check("the model passes some, and fails some", verdict["passed"] and verdict["failed"])
    low, high = verdict["interval"]
    stage.check("the interval holds the pass rate", low < verdict["pass_rate"] < high)
    stage.check("what it cost is known", run["usage"]["cost_usd"])


def _outcomes(results: list[dict[str, Any]], target: int) -> str:
    return ", ".join(each["outcome"] for each in results if each["target"] == target)


def _why(results: list[dict[str, Any]]) -> str:
    """Return the first reason why it did not pass; of what passed, that of its first check."""
    checks = [check for each in results for check in each["checks"]]
    told = next((check for check in checks if not check["passed"]), checks[0])
    return f"{told['type']}: {told['reason']}"


def _tell(stage: Stage, run: dict[str, Any], targets: list[str]) -> None:
    stage.say("")
    for place, name in enumerate(targets):
        outcomes = [each["outcome"] for each in run["results"] if each["target"] == place]
        _tell_rate(stage, name, outcomes.count("passed"), len(outcomes))
    verdict, usage = run["verdict"], run["usage"]
    _tell_rate(stage, "both", verdict["passed"], verdict["total"])
    told = "passed" if verdict["is_pass"] else "did not pass"
    tokens = f"{usage['input_tokens']} + {usage['output_tokens']} tokens, ${usage['cost_usd']:.6f}"
    seconds = run["duration_ms"] / 1_000
    stage.say(f"  The run {told}: 50% were needed. {tokens} at prices of this hub's own, {seconds:.0f} s.")


def _tell_rate(stage: Stage, name: str, passed: int, total: int) -> None:
    low, high = wilson(passed, total)
    stage.say(f"  {name}: {passed} of {total} passed, {passed / total:.0%} ({low:.0%} to {high:.0%}, 95 times of 100)")
