"""An agent's cases beside the answers of its last batches."""

from execution_hub.domain.case import AgentCase, mark_of, name_for
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.views.cases import ANSWER_MAX, BatchColumn, CaseRow, lay_out, marks_of
from tests.support.executions import AT, make_execution

CASES = [AgentCase("a", "first"), AgentCase("b", "second")]


def answer(number: int, text: str, **values: object) -> Execution:
    return make_execution(id=number, input=text, output=f"answer {number}", status=Status.SUCCEEDED, **values)


def columns(*batches: list[Execution], written: dict[int, str] | None = None) -> list[BatchColumn]:
    """Lay out batches, the newest first."""
    known = {each.id: mark_of(each.input) for batch in batches for each in batch}
    numbered = [(len(batches) - place, batch) for place, batch in enumerate(batches)]
    return lay_out(marks_of(CASES), numbered, known, written or {})


def test_an_answer_stands_beside_the_case_it_ran_on() -> None:
    """Whatever the order in which they were started; a case that was left out has none."""
    (column,) = columns([answer(2, "second"), answer(1, "first")])
    assert [cell.text for cell in column.cells] == ["answer 1", "answer 2"]
    (column,) = columns([answer(2, "second")])
    assert [cell.id for cell in column.cells] == [0, 2]


def test_an_answer_to_another_input_stands_beside_no_case() -> None:
    """The input was changed since; what it cost still counts."""
    (column,) = columns([answer(1, "first, before it was changed"), answer(2, "second")])
    assert [cell.id for cell in column.cells] == [0, 2]
    assert (column.succeeded, column.total) == (2, 2)


def test_each_answer_is_compared_with_the_one_before() -> None:
    """Of the batch before, or where that left the case out, of the one before that."""
    newest, middle, oldest = columns(
        [answer(6, "first"), answer(5, "second")], [answer(4, "second")], [answer(1, "first"), answer(2, "second")]
    )
    assert [cell.before_id for cell in newest.cells] == [1, 4]
    assert [cell.before_id for cell in middle.cells] == [0, 2]
    assert [cell.before_id for cell in oldest.cells] == [0, 0]
    running = make_execution(id=6, input="first", status=Status.RUNNING, started_at=AT)
    assert columns([running], [answer(1, "first")])[0].cells[0].before_id == 0


def test_two_cases_with_the_same_input_have_an_answer_each() -> None:
    """In the order in which they were started."""
    same = [AgentCase("a", "x"), AgentCase("b", "x")]
    batch = [answer(1, "x"), answer(2, "x")]
    (column,) = lay_out(marks_of(same), [(1, batch)], {1: mark_of("x"), 2: mark_of("x")}, {})
    assert [cell.id for cell in column.cells] == [1, 2]


def test_the_head_tells_version_time_tokens_cost_and_how_many_succeeded() -> None:
    """Of all of them together; values that were not saved have no version."""
    used = {"usage": Usage(10, 20, cost_usd=0.01), "started_at": AT, "active_ms": 1_500, "agent_version": 3}
    failed = {"status": Status.FAILED, "output": None, "error": "no", **used}
    (column,) = columns([answer(1, "first", **used), make_execution(id=2, input="second", **failed)])
    assert (column.version, column.succeeded, column.ended, column.total) == (3, 1, 2, 2)
    assert (column.duration_text, column.tokens_text, column.cost_text) == ("3.0 s", "60", "$0.020")
    assert columns([answer(1, "first")])[0].version == 0


def test_what_is_written_is_shown_as_far_as_a_cell_goes() -> None:
    """And what runs can be stopped, once."""
    running = make_execution(id=1, input="first", status=Status.RUNNING, started_at=AT)
    stopping = make_execution(id=2, input="second", status=Status.RUNNING, started_at=AT, cancel_requested_at=AT)
    (column,) = columns([running, stopping], written={1: "so far"})
    assert [cell.text for cell in column.cells] == ["so far", ""]
    assert column.stoppable == (1,)
    (column,) = columns([running], written={1: "x" * 1_000})
    assert len(column.cells[0].text) == ANSWER_MAX


def test_an_answer_in_markdown_is_shown_as_words() -> None:
    """A cell is a few lines, and marks are no words."""
    marked = make_execution(id=1, input="first", status=Status.SUCCEEDED, output="### So\n\n**Yes**, in `one` line")
    assert columns([marked])[0].cells[0].text == "So\nYes, in one line"


def test_a_name_that_is_the_beginning_of_the_input_is_not_said_twice() -> None:
    """What a person called it stands above its input."""
    text = "Where do I change the billing address of my organisation?"
    found = [CaseRow.of(AgentCase(name, text)) for name in ("Billing", name_for(text, []))]
    assert [each.is_named for each in found] == [True, False]
