"""A suite run with the real model: what it passes, how sure that is, what it cost.

SmolLM2 has 135 million parameters: some of this it can, some it cannot, and the table says which. What must be so is
that the hub has judged each answer by what it says, not that the answers are right.
"""

import json
from pathlib import Path
from typing import Any

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
    """Twenty cases, judged: a table of verdicts with interval, cost and time."""
    clock = [{"server": "time", "tool": "get_current_time", "approval": "auto"}]
    limits = {"max_tokens": 60, "max_turns": 3, "max_tool_calls": 1}
    agent_id = stage.agent(name="Examined", model=MODEL, tools=clock, **limits)
    cases = [{"name": name, "input": text, "checks": [*checks, PAID]} for name, (text, checks) in CASES.items()]
    about = {"name": "Small questions", "targets": [{"agent_id": agent_id}], "cases": cases, "repeats": REPEATS}
    status, made = stage.hub.call("POST", "/api/suites", {**about, "pass_rate": 0.5})
    assert status == 201, made
    _, started = stage.hub.call("POST", f"/api/suites/{made['id']}/run")
    run = stage.hub.ended(started["id"], 4 * END_SECONDS)
    by_case: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    for each in run["results"]:
        by_case[each["case"]].append(each)
    stage.say(f"\n  | case | {REPEATS} times | why |\n  |---|---|---|")
    for name, results in by_case.items():
        outcomes = sorted({each["outcome"] for each in results})
        stage.say(f"  | {name} | {', '.join(outcomes)} | {_why(results)} |")
    _tell(stage, run)
    verdict = run["verdict"]
    outcomes = [each["outcome"] for each in run["results"]]
    stage.check("the run has ended, and its status says nothing of the answers", run["status"] == "succeeded")
    stage.check("each case has an outcome for each repeat", len(outcomes) == REPEATS * len(CASES) and all(outcomes))
    stage.check("no answer could not be judged", verdict["errors"] == 0)
    stage.check("the model passes some, and fails some", verdict["passed"] and verdict["failed"])
    low, high = verdict["interval"]
    stage.check("the interval holds the pass rate", low < verdict["pass_rate"] < high)
    stage.check("what it cost is known", run["usage"]["cost_usd"])


def _why(results: list[dict[str, Any]]) -> str:
    """Return the first reason why it did not pass; of what passed, that of its first check."""
    checks = [check for each in results for check in each["checks"]]
    told = next((check for check in checks if not check["passed"]), checks[0])
    return f"{told['type']}: {told['reason']}"


def _tell(stage: Stage, run: dict[str, Any]) -> None:
    verdict, usage = run["verdict"], run["usage"]
    low, high = verdict["interval"]
    seconds = sum(each["duration_ms"] or 0 for each in _children(stage, run["id"])) / 1_000
    told = "passed" if verdict["is_pass"] else "did not pass"
    stage.say(
        f"\n  {verdict['passed']} of {verdict['total']} passed: {verdict['pass_rate']:.0%}, and 95 times of 100 the "
        f"true rate is between {low:.0%} and {high:.0%}. The run {told}: 50% were needed."
    )
    tokens = f"{usage['input_tokens']} + {usage['output_tokens']} tokens"
    stage.say(f"  {tokens}, ${usage['cost_usd']:.6f} at prices of this hub's own, {seconds:.0f} s of the model.")


def _children(stage: Stage, run_id: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = stage.hub.call("GET", f"/api/executions?parent_id={run_id}&limit=100")[1]["items"]
    return items
