"""Each limit of docs/limits.md that a request can pass is shown in the error it gets: `details.limit`."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from execution_hub.api.interventions import IDS_MAX
from execution_hub.api.json_scan import DEPTH_MAX, ITEMS_MAX, KEYS_MAX, TEXT_MAX, VALUES_MAX
from execution_hub.api.limit import BODY_MAX, WORKFLOW_BODY_MAX
from execution_hub.domain.agent import (
    DESCRIPTION_MAX,
    MAX_COST_MAX_USD,
    MAX_TOKENS_MAX,
    MAX_TOOL_CALLS_MAX,
    MAX_TOTAL_TOKENS_MAX,
    MAX_TURNS_MAX,
    NAME_MAX,
    PROMPT_MAX,
    RETRIES_MAX,
    TIMEOUT_MAX_SECONDS,
    TOOL_RESULT_MAX_CHARS,
)
from execution_hub.domain.call import ARGUMENTS_MAX
from execution_hub.domain.call import COMMENT_MAX as CALL_COMMENT_MAX
from execution_hub.domain.case import CASES_MAX, CASES_MAX_BYTES
from execution_hub.domain.check import ARGUMENTS_DEPTH_MAX as CHECK_ARGUMENTS_DEPTH_MAX
from execution_hub.domain.check import ARGUMENTS_MAX as CHECK_ARGUMENTS_MAX
from execution_hub.domain.check import CHECKS_MAX, LIST_MAX, NUMBER_MAX, RUBRIC_MAX, WEIGHT_MAX
from execution_hub.domain.check import NAME_MAX as CHECK_NAME_MAX
from execution_hub.domain.check import TEXT_MAX as CHECK_TEXT_MAX
from execution_hub.domain.comparison import COMPARED_MAX
from execution_hub.domain.execution import INPUT_MAX, KEY_MAX
from execution_hub.domain.filters import LIMIT_MAX, WORD_MAX
from execution_hub.domain.json_schema import PATTERN_MAX, REFERENCES_MAX
from execution_hub.domain.mark import NOTE_MAX
from execution_hub.domain.output_schema import DEPTH_MAX as SCHEMA_DEPTH_MAX
from execution_hub.domain.output_schema import SCHEMA_MAX
from execution_hub.domain.schedule import SCHEDULE_MAX
from execution_hub.domain.step import COMMENT_MAX
from execution_hub.domain.suite import CASES_MAX as SUITE_CASES_MAX
from execution_hub.domain.suite import CELLS_MAX, MAX_SECONDS_MAX, REPEATS_MAX, TAG_MAX, TAGS_MAX
from execution_hub.domain.suite import MAX_COST_MAX_USD as SUITE_COST_MAX_USD
from execution_hub.domain.target import TARGETS_MAX
from execution_hub.domain.template import EXPRESSIONS_MAX, FILTERS_MAX, SOURCE_MAX
from execution_hub.domain.tool_choice import SERVER_MAX, TOOL_MAX, TOOLS_MAX
from execution_hub.domain.trigger import WORD_MAX as DELIVERY_MAX
from execution_hub.domain.variables import VARIABLE_MAX, VARIABLES_MAX
from execution_hub.domain.version import LABEL_MAX
from execution_hub.domain.workflow import EXPRESSIONS_MAX as WORKFLOW_EXPRESSIONS_MAX
from execution_hub.domain.workflow import STEP_NAME_MAX, STEPS_MAX
from execution_hub.hub.history import WAIT_MAX_SECONDS
from execution_hub.hub.suite_runs import RESULTS_MAX
from execution_hub.settings import ROOT
from execution_hub.suite_files.yaml_text import DEPTH_MAX as YAML_DEPTH_MAX
from execution_hub.suite_files.yaml_text import YAML_MAX_BYTES
from execution_hub.tools.arguments import ARGUMENTS_MAX as TRIED_ARGUMENTS_MAX
from tests.support.api import Api, on_module_loop

# Rows of requests that are refused: what is told as 413 or 422, and the constant.
ROW = re.compile(r"\| .+ \| (?P<most>\d+)[ a-z]* \| (?P<status>413|422)\b.* \| `(?P<where>[\w.]+)` \|")
LINES = (ROOT / "docs" / "limits.md").read_text().splitlines()
ROWS = {found["where"]: found for found in map(ROW.fullmatch, LINES) if found}

Request = tuple[str, str, dict[str, Any]]


def agent(**values: Any) -> Request:
    """Return the request for a new agent."""
    return "POST", "/api/agents", {"json": {"name": "A", "model": "simulated", **values}}


def workflow(*steps: dict[str, Any]) -> Request:
    """Return the request for a new workflow."""
    return "POST", "/api/workflows", {"json": {"name": "W", "steps": [{**step(), **each} for each in steps]}}


def step(**values: Any) -> dict[str, Any]:
    """Return a step that is valid."""
    return {"name": "a", "agent_id": 1, "input": "x", **values}


def run_test(text: str, **options: Any) -> Request:
    """Return the request for a test of an agent."""
    return "POST", "/api/agents/1/test", {"json": {"input": text}, **options}


def cases(*given: dict[str, str]) -> Request:
    """Return the request that stores the cases of an agent."""
    return "PUT", "/api/agents/1/cases", {"json": list(given)}


def case(name: str, text: str = "x") -> dict[str, str]:
    """Return a case."""
    return {"name": name, "input": text}


def suite(**values: Any) -> Request:
    """Return the request for a new suite."""
    return "POST", "/api/suites", {"json": {"name": "S", "targets": [{"agent_id": 1}], **values}}


def checked(*checks: dict[str, Any], **values: Any) -> Request:
    """Return the request for a suite of one case."""
    return suite(cases=[{**case("a"), "checks": list(checks), **values}])


def called(**values: Any) -> dict[str, Any]:
    """Return a check of which tool was called."""
    return {"type": "tool_called", "tool": "hub__calculate", **values}


def tool(server: str = "hub", name: str = "calculate") -> dict[str, str]:
    """Return a choice of a tool."""
    return {"server": server, "tool": name}


def deep(levels: int) -> dict[str, Any]:
    """Return a schema whose values are within one another so many times."""
    return {"type": "object"} if levels == 1 else {"not": deep(levels - 1)}


def raw(path: str, body: str) -> Request:
    """Return a request with a body that is no object of Python."""
    return "POST", path, {"content": body, "headers": {"Content-Type": "application/json"}}


def configuration(text: str) -> Request:
    """Return the request that imports the tests of promptfoo."""
    return "POST", "/api/suites/import", {"json": {"format": "promptfoo", "text": text}}


def names(count: int) -> str:
    """Return a template with so many expressions."""
    return "{{ input }}" * count


ASKS: dict[str, Callable[[], Request]] = {
    "api.limit.BODY_MAX": lambda: raw("/api/agents", " " * (BODY_MAX + 1)),
    "api.limit.WORKFLOW_BODY_MAX": lambda: raw("/api/workflows", " " * (WORKFLOW_BODY_MAX + 1)),
    "api.json_scan.VALUES_MAX": lambda: raw(
        "/api/workflows", f"[{','.join(['[' + ','.join('0' * 1_000) + ']'] * (VALUES_MAX // 1_000 + 1))}]"
    ),
    "api.json_scan.TEXT_MAX": lambda: raw("/api/agents", json.dumps({"name": "x" * (TEXT_MAX + 1)})),
    "api.json_scan.ITEMS_MAX": lambda: raw("/api/workflows", f"[{','.join('0' * (ITEMS_MAX + 1))}]"),
    "api.json_scan.KEYS_MAX": lambda: raw("/api/agents", json.dumps({f"k{n}": 0 for n in range(KEYS_MAX + 1)})),
    "api.json_scan.DEPTH_MAX": lambda: raw("/api/agents", "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1)),
    "api.interventions.IDS_MAX": lambda: (
        "POST",
        "/api/executions/cancel",
        {"json": {"ids": list(range(1, IDS_MAX + 2))}},
    ),
    "domain.case.CASES_MAX": lambda: cases(*(case(str(n)) for n in range(CASES_MAX + 1))),
    "domain.case.CASES_MAX_BYTES": lambda: cases(
        *(case(str(n), "x" * INPUT_MAX) for n in range(CASES_MAX_BYTES // INPUT_MAX + 1))
    ),
    "domain.suite.CASES_MAX": lambda: suite(cases=[case(str(n)) for n in range(SUITE_CASES_MAX + 1)]),
    "domain.target.TARGETS_MAX": lambda: suite(targets=[{"agent_id": n} for n in range(1, TARGETS_MAX + 2)]),
    "domain.suite.REPEATS_MAX": lambda: suite(repeats=REPEATS_MAX + 1),
    "domain.suite.CELLS_MAX": lambda: suite(
        cases=[case(str(n)) for n in range(CELLS_MAX // REPEATS_MAX + 1)], repeats=REPEATS_MAX
    ),
    "domain.suite.MAX_COST_MAX_USD": lambda: suite(max_cost_usd=SUITE_COST_MAX_USD + 1),
    "domain.suite.MAX_SECONDS_MAX": lambda: suite(max_seconds=MAX_SECONDS_MAX + 1),
    "domain.schedule.SCHEDULE_MAX": lambda: suite(schedule="0 3 * * 1" + ",1" * SCHEDULE_MAX),
    "domain.suite.TAGS_MAX": lambda: checked(tags=[str(n) for n in range(TAGS_MAX + 1)]),
    "domain.suite.TAG_MAX": lambda: checked(tags=["x" * (TAG_MAX + 1)]),
    "domain.variables.VARIABLES_MAX": lambda: checked(variables={f"v{n}": "x" for n in range(VARIABLES_MAX + 1)}),
    "domain.variables.VARIABLE_MAX": lambda: checked(variables={"v": "x" * (VARIABLE_MAX + 1)}),
    "domain.check.CHECKS_MAX": lambda: checked(*[{"type": "is_json"}] * (CHECKS_MAX + 1)),
    "domain.check.TEXT_MAX": lambda: checked({"type": "similar", "value": "x" * (CHECK_TEXT_MAX + 1)}),
    "domain.check.LIST_MAX": lambda: checked({"type": "contains_any", "value": ["x"] * (LIST_MAX + 1)}),
    "domain.check.NUMBER_MAX": lambda: checked({"type": "max_chars", "value": NUMBER_MAX + 1}),
    "domain.check.WEIGHT_MAX": lambda: checked({"type": "is_json", "weight": WEIGHT_MAX + 1}),
    "domain.check.NAME_MAX": lambda: checked(called(tool="x" * (CHECK_NAME_MAX + 1))),
    "domain.check.ARGUMENTS_MAX": lambda: checked(called(arguments={"x": "x" * CHECK_ARGUMENTS_MAX})),
    "domain.check.ARGUMENTS_DEPTH_MAX": lambda: checked(called(arguments=deep(CHECK_ARGUMENTS_DEPTH_MAX + 1))),
    "domain.check.RUBRIC_MAX": lambda: checked({"type": "judge", "rubric": "x" * (RUBRIC_MAX + 1), "agent_id": 1}),
    "domain.mark.NOTE_MAX": lambda: (
        "PUT",
        "/api/executions/1/mark",
        {"json": {"mark": "right", "note": "x" * (NOTE_MAX + 1)}},
    ),
    "hub.suite_runs.RESULTS_MAX": lambda: (
        "GET",
        "/api/executions/1/results",
        {"params": {"limit": RESULTS_MAX + 1}},
    ),
    "domain.comparison.COMPARED_MAX": lambda: (
        "GET",
        "/api/compare",
        {"params": {"id": list(range(1, COMPARED_MAX + 2))}},
    ),
    "domain.filters.WORD_MAX": lambda: ("GET", "/api/executions", {"params": {"q": "x" * (WORD_MAX + 1)}}),
    "domain.execution.KEY_MAX": lambda: run_test("hello", headers={"Idempotency-Key": "k" * (KEY_MAX + 1)}),
    "domain.execution.INPUT_MAX": lambda: run_test("x" * (INPUT_MAX + 1)),
    "domain.trigger.WORD_MAX": lambda: (
        "POST",
        "/api/suites/1/webhook",
        {"headers": {"X-GitHub-Delivery": "x" * (DELIVERY_MAX + 1)}},
    ),
    "domain.agent.NAME_MAX": lambda: agent(name="x" * (NAME_MAX + 1)),
    "domain.version.LABEL_MAX": lambda: (
        "PUT",
        "/api/agents/1/versions/1/label",
        {"json": {"label": "x" * (LABEL_MAX + 1)}},
    ),
    "domain.agent.DESCRIPTION_MAX": lambda: agent(description="x" * (DESCRIPTION_MAX + 1)),
    "domain.agent.PROMPT_MAX": lambda: agent(system_prompt="x" * (PROMPT_MAX + 1)),
    "domain.agent.MAX_TOKENS_MAX": lambda: agent(max_tokens=MAX_TOKENS_MAX + 1),
    "domain.agent.RETRIES_MAX": lambda: agent(retries=RETRIES_MAX + 1),
    "domain.agent.TIMEOUT_MAX_SECONDS": lambda: agent(timeout_seconds=TIMEOUT_MAX_SECONDS + 1),
    "domain.tool_choice.TOOLS_MAX": lambda: agent(tools=[tool(name=f"t{n}") for n in range(TOOLS_MAX + 1)]),
    "domain.tool_choice.SERVER_MAX": lambda: agent(tools=[tool("x" * (SERVER_MAX + 1))]),
    "domain.tool_choice.TOOL_MAX": lambda: agent(tools=[tool(name="x" * (TOOL_MAX + 1))]),
    "domain.agent.MAX_TURNS_MAX": lambda: agent(max_turns=MAX_TURNS_MAX + 1),
    "domain.agent.MAX_TOOL_CALLS_MAX": lambda: agent(max_tool_calls=MAX_TOOL_CALLS_MAX + 1),
    "domain.agent.MAX_TOTAL_TOKENS_MAX": lambda: agent(max_total_tokens=MAX_TOTAL_TOKENS_MAX + 1),
    "domain.agent.MAX_COST_MAX_USD": lambda: agent(max_cost_usd=MAX_COST_MAX_USD + 1),
    "domain.agent.TOOL_RESULT_MAX_CHARS": lambda: agent(tool_result_max_chars=TOOL_RESULT_MAX_CHARS + 1),
    "domain.output_schema.SCHEMA_MAX": lambda: agent(output_schema={"description": "x" * SCHEMA_MAX}),
    "domain.output_schema.DEPTH_MAX": lambda: agent(output_schema=deep(SCHEMA_DEPTH_MAX)),
    "domain.json_schema.REFERENCES_MAX": lambda: agent(output_schema={"anyOf": [{"$ref": "#"}] * (REFERENCES_MAX + 1)}),
    "domain.json_schema.PATTERN_MAX": lambda: agent(output_schema={"pattern": "x" * (PATTERN_MAX + 1)}),
    "domain.workflow.STEPS_MAX": lambda: workflow(*(step(name=f"s{n}") for n in range(STEPS_MAX + 1))),
    "domain.workflow.STEP_NAME_MAX": lambda: workflow(step(name="x" * (STEP_NAME_MAX + 1))),
    "domain.template.SOURCE_MAX": lambda: workflow(step(input="x" * (SOURCE_MAX + 1))),
    "domain.template.EXPRESSIONS_MAX": lambda: workflow(step(input=names(EXPRESSIONS_MAX + 1))),
    "domain.template.FILTERS_MAX": lambda: workflow(step(input="{{ input | upper }}" * (FILTERS_MAX + 1))),
    "domain.workflow.EXPRESSIONS_MAX": lambda: workflow(
        *(
            step(name=f"s{n}", input=names(EXPRESSIONS_MAX))
            for n in range(WORKFLOW_EXPRESSIONS_MAX // EXPRESSIONS_MAX + 1)
        )
    ),
    "domain.condition.REGEX_MAX_BYTES": lambda: workflow(
        step(), step(name="b", when={"step": "a", "op": "matches", "value": r"\pL{1,500}"})
    ),
    "domain.step.COMMENT_MAX": lambda: (
        "POST",
        "/api/executions/1/steps/a/approve",
        {"json": {"comment": "x" * (COMMENT_MAX + 1)}},
    ),
    "domain.call.ARGUMENTS_MAX": lambda: (
        "POST",
        "/api/executions/1/calls/1/approve",
        {"json": {"arguments": {"x": "x" * ARGUMENTS_MAX}}},
    ),
    "domain.call.COMMENT_MAX": lambda: (
        "POST",
        "/api/executions/1/calls/1/reject",
        {"json": {"comment": "x" * (CALL_COMMENT_MAX + 1)}},
    ),
    "domain.filters.LIMIT_MAX": lambda: ("GET", "/api/executions", {"params": {"limit": LIMIT_MAX + 1}}),
    "hub.history.WAIT_MAX_SECONDS": lambda: (
        "GET",
        "/api/executions/1/events",
        {"params": {"wait": WAIT_MAX_SECONDS + 1}},
    ),
    "suite_files.yaml_text.YAML_MAX_BYTES": lambda: configuration("x" * (YAML_MAX_BYTES + 1)),
    "suite_files.yaml_text.DEPTH_MAX": lambda: configuration("a: " + "[" * (YAML_DEPTH_MAX + 1)),
    # Each alias stands for ten of the one before.
    "suite_files.yaml_text.VALUES_MAX": lambda: configuration(
        "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))])
    ),
    "tools.arguments.ARGUMENTS_MAX": lambda: (
        "POST",
        "/api/tools/hub/calculate/try",
        {"json": {"arguments": {"expression": "1" * TRIED_ARGUMENTS_MAX}}},
    ),
}
# The same limits at other doors.
OTHERS: dict[str, tuple[str, Callable[[], Request]]] = {
    "a list of agents": (
        "domain.filters.LIMIT_MAX",
        lambda: ("GET", "/api/agents", {"params": {"limit": LIMIT_MAX + 1}}),
    ),
    "the name of a case": ("domain.agent.NAME_MAX", lambda: cases(case("x" * (NAME_MAX + 1)))),
    "the input of a case": ("domain.execution.INPUT_MAX", lambda: cases(case("A", "x" * (INPUT_MAX + 1)))),
    "a change of an agent": (
        "domain.agent.RETRIES_MAX",
        lambda: ("PATCH", "/api/agents/1", {"json": {"retries": RETRIES_MAX + 1}}),
    ),
    "a workflow's name": (
        "domain.agent.NAME_MAX",
        lambda: ("POST", "/api/workflows", {"json": {"name": "x" * (NAME_MAX + 1), "steps": [step()]}}),
    ),
    "the time of a tool": (
        "domain.agent.TIMEOUT_MAX_SECONDS",
        lambda: agent(tool_timeout_seconds=TIMEOUT_MAX_SECONDS + 1),
    ),
    "a step's retries": ("domain.agent.RETRIES_MAX", lambda: workflow(step(retries=RETRIES_MAX + 1))),
    "a step's time": (
        "domain.agent.TIMEOUT_MAX_SECONDS",
        lambda: workflow(step(timeout_seconds=TIMEOUT_MAX_SECONDS + 1)),
    ),
    "a task's input": (
        "domain.execution.INPUT_MAX",
        lambda: ("POST", "/api/tasks", {"json": {"name": "T", "input": "x" * (INPUT_MAX + 1)}}),
    ),
    "an agent of an import": (
        "domain.agent.PROMPT_MAX",
        lambda: (
            "POST",
            "/api/workflows/import",
            {
                "json": {
                    "name": "W",
                    "steps": [{"name": "a", "agent": "A", "input": "x"}],
                    "agents": [{"name": "A", "system_prompt": "x" * (PROMPT_MAX + 1)}],
                }
            },
        ),
    ),
    "the name of an agent in an import": (
        "domain.agent.NAME_MAX",
        lambda: (
            "POST",
            "/api/workflows/import",
            {"json": {"name": "W", "steps": [{"name": "a", "agent": "x" * (NAME_MAX + 1), "input": "x"}]}},
        ),
    ),
}


def test_every_row_of_the_table_is_asked_for() -> None:
    """A limit that is new in the table is tried here too."""
    assert ROWS.keys() == ASKS.keys()


@on_module_loop
@pytest.mark.parametrize("where", ASKS)
async def test_the_error_shows_the_limit(asked_api: Api, where: str) -> None:
    """With its field, and the status of the table."""
    await refused(asked_api, where, ASKS[where]())


@on_module_loop
@pytest.mark.parametrize("door", OTHERS)
async def test_the_error_shows_the_limit_at_every_door(asked_api: Api, door: str) -> None:
    """Also where it is checked elsewhere."""
    where, ask = OTHERS[door]
    await refused(asked_api, where, ask())


async def refused(api: Api, where: str, request: Request) -> None:
    """Check that a request is refused as the table says."""
    method, path, options = request
    status, answer = await api.call(method, path, **options)
    assert status == int(ROWS[where]["status"]), answer
    details = answer["error"]["details"]
    assert details["field"]
    assert details.get("limit") == int(ROWS[where]["most"]), answer


@on_module_loop
async def test_what_is_wrong_without_a_limit_shows_none(asked_api: Api) -> None:
    """A path that cannot be read has no limit, and no zero for one."""
    wrong = {"step": "a", "op": "equals", "value": "x", "field": "a..b"}
    method, path, options = workflow(step(), step(name="b", when=wrong))
    _, answer = await asked_api.call(method, path, **options)
    assert answer["error"]["details"]["field"] == "steps[1].when"
    assert "limit" not in answer["error"]["details"]
