"""The table of limits says what the code does."""

import importlib
import re

import pytest

from execution_hub.domain import agent, suite, task, workflow
from execution_hub.domain.execution import OUTPUT_MAX_BYTES
from execution_hub.settings import ROOT, Settings

ROW = re.compile(r"\| (?P<what>.+?) \| (?P<most>\d+)( [a-z]+)? \| .+ \| `(?P<where>[a-z_.]+)\.(?P<name>[A-Z_]+)` \|")
TEXT = (ROOT / "docs" / "limits.md").read_text()
LINES = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| what ")]


@pytest.mark.parametrize("line", LINES)
def test_each_row_names_its_constant_and_its_value(line: str) -> None:
    """What is in the table is in the code."""
    row = ROW.fullmatch(line)
    assert row is not None, line
    module = importlib.import_module(f"execution_hub.{row['where']}")
    assert getattr(module, row["name"]) == float(row["most"])


@pytest.mark.parametrize("name", ["api.limit", "api.json_scan"])
def test_every_limit_of_a_request_is_in_the_table(name: str) -> None:
    """A limit that is new in the gate must be told."""
    module = importlib.import_module(f"execution_hub.{name}")
    found = {each for each in vars(module) if re.fullmatch(r"[A-Z_]+_MAX|[A-Z_]+_SECONDS", each)}
    assert {each for each in found if f"`{name}.{each}`" not in TEXT} <= {"FIELD_MAX"}


def test_one_row_speaks_for_all_that_share_it() -> None:
    """Names, descriptions, retries and times are the same everywhere; the default of a setting is its constant."""
    for name in ("NAME_MAX", "DESCRIPTION_MAX"):
        assert getattr(agent, name) == getattr(task, name) == getattr(workflow, name) == getattr(suite, name)
    assert (agent.RETRIES_MAX, agent.TIMEOUT_MAX_SECONDS) == (workflow.RETRIES_MAX, workflow.TIMEOUT_MAX_SECONDS)
    assert Settings.model_fields["output_max_bytes"].default == OUTPUT_MAX_BYTES
    for readme in ("README.md", "README.zh-CN.md"):
        assert "docs/limits.md" in (ROOT / readme).read_text()
