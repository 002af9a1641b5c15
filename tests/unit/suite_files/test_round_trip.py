"""What is exported comes back as it was: JSON Lines and CSV."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from execution_hub.domain.suite import Case, SuiteDraft, read_case
from execution_hub.suite_files.formats import WRITTEN, Format, read_cases_file, write_cases_file

NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1",
    "'=1",
    "''=1",
    "'",
    "''",
    "'tis",
    '"quoted", and more',
    "a;b|c\td",
    "one\r\ntwo\n\nthree\r",
    " spaces ",
    "\ufeffmark",
    "研究 👩‍👩‍👧 \u2028 \x85 \x1b[31m",
    "{{ a }} {% if %}",
    "sep=;",
    "[1]",
    "x" * 200_000,
)


def case(**values: object) -> Case:
    """Return a case."""
    return read_case("case", {"name": "A", "input": "x", **values})


def kept(kind: Format, *cases: Case) -> list[Case]:
    """Return what comes back of cases."""
    written = write_cases_file(kind, cases)
    return read_cases_file(kind, written.encode()).cases


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_text_comes_back_as_it_was(kind: Format) -> None:
    cases = [
        case(name=f"{number}", input=f"{text[:100_000]}.", golden=text, variables={"a": text, "b": ""}, tags=["x", "y"])
        for number, text in enumerate(NASTY)
    ]
    cases.append(case(name="=A1", golden="", min_score=0.123456789, tags=["a, b", "c;d", "[e"]))
    cases.append(
        case(name="plain", checks=[{"type": "contains_any", "value": ["=1", "b"], "weight": 2.5, "not": True}])
    )
    assert kept(kind, *cases) == cases


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    golden=st.none() | TEXT,
    text=TEXT.filter(lambda text: bool(text.strip())),
    variables=st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True), TEXT, max_size=3),
    tags=st.lists(st.text("ab,;[]' =", min_size=1, max_size=5).filter(lambda tag: bool(tag.strip())), max_size=3),
)
def test_any_case_comes_back_as_it_was(
    golden: str | None, text: str, variables: dict[str, str], tags: list[str]
) -> None:
    given_case = case(input=f"{text}x", golden=golden, variables=variables, tags=tags)
    for kind in WRITTEN:
        assert kept(kind, given_case) == [given_case]


def test_no_cell_is_a_formula() -> None:
    """As a spreadsheet reads the file."""
    written = write_cases_file(Format.CSV, [case(name=f"{n}", golden=text) for n, text in enumerate(NASTY)])
    for row in csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")):
        assert not [each for each in row if each.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]


def test_where_a_case_was_pinned_from_stays_in_its_hub() -> None:
    for kind in WRITTEN:
        (found,) = kept(kind, case(execution_id=7))
        assert found.execution_id is None


def test_a_whole_suite_is_read_again() -> None:
    cases = SuiteDraft("A", cases=tuple(case(name=f"{n}", input=f"{n}") for n in range(2_000))).cases
    for kind in WRITTEN:
        assert tuple(kept(kind, *cases)) == cases
