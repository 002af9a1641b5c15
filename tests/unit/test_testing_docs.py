"""What docs/testing.md shows of suites is so: each example is read, and each answer comes out as it says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain import check, suite, target
from execution_hub.domain.json_path import TEXT_MAX as JSON_MAX
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.verdict import wilson
from execution_hub.runners.judging import SIMILAR_MAX, Answered, judge
from execution_hub.runners.suite_run import SuiteRun

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "testing.md").read_text()
BLOCKS = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)]
ROWS = re.findall(r"^\| `(\{.*?\})` \| .*? \| `(.*?)` \| `(.*?)` \|$", TEXT, re.MULTILINE)
CHECKS = [json.loads(each) for each in re.findall(r'^\| `(\{"type".*?\})` \|', TEXT, re.MULTILINE)]


@pytest.mark.parametrize(("example", "passing", "failing"), ROWS)
def test_an_answer_passes_or_does_not_as_the_page_says(example: str, passing: str, failing: str) -> None:
    found = check.read_check("check", json.loads(example))
    outcomes = [judge([found.as_json()], Answered(answer))[0].passed for answer in (passing, failing)]
    assert outcomes == [True, False]


def test_every_check_has_an_example_that_can_be_stored() -> None:
    assert {check.read_check("check", each).type for each in CHECKS} == set(check.TYPES)
    assert len(ROWS) == 11


def test_the_suite_is_one_and_the_other_examples_are_json() -> None:
    whole: dict[str, Any] = BLOCKS[0]
    draft = SuiteDraft(**whole)
    assert (draft.name, draft.repeats, len(draft.cases[0].checks)) == ("Sums", 3, 2)
    assert sorted(BLOCKS[1]) == ["mark", "note"]
    assert [SuiteRun(1, **each).suite_id for each in BLOCKS[2:]] == [1, 1]


def test_the_figures_are_those_of_the_code() -> None:
    for number in (
        suite.CASES_MAX,
        suite.CELLS_MAX,
        check.TEXT_MAX,
        JSON_MAX,
        SIMILAR_MAX,
        suite.REPEATS_MAX,
        check.CHECKS_MAX,
        target.TARGETS_MAX,
        check.LIST_MAX,
    ):
        assert f" {number:,}".replace(",", " ") in TEXT, number
    assert f"{suite.CASES_MAX_BYTES // 1_000_000} MB" in TEXT
    for passed, total, words in ((9, 10, "60 % and 98 %"), (90, 100, "83 % to 94 %")):
        low, high = (round(100 * each) for each in wilson(passed, total))
        assert f"{low} %" in words
        assert f"{high} %" in words
        assert words in TEXT


def test_what_it_leads_to_is_there() -> None:
    """Each heading that it names in another page."""
    for page, anchor in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", TEXT):
        headings = re.findall(r"^#+ (.*)$", (DOCS / page).read_text(), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}, (page, anchor)
