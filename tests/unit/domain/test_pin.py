"""What an execution becomes as a case."""

from dataclasses import replace

import pytest

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.pin import pinned
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, InvalidInput
from tests.support.executions import make_execution

DONE = make_execution(id=7, status=Status.SUCCEEDED, input="Why do\nbees dance?", output="They tell.")


def test_its_first_words_name_it_and_its_output_is_golden() -> None:
    case = pinned(DONE, ["Why do bees dance?"])
    assert (case.name, case.input, case.golden) == ("Why do bees dance? (2)", DONE.input, "They tell.")
    assert case.execution_id == 7


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.RUNNING}, "has not ended"),
        ({"status": Status.FAILED}, "is failed"),
        ({"output": None}, "no output"),
        ({"output": " \n"}, "no output"),
        ({"suite_id": 3}, "run of a suite"),
    ],
)
def test_what_gives_no_golden_answer_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(Conflict, match=words):
        pinned(replace(DONE, **changes), [])  # type: ignore[arg-type]


def test_a_longer_output_than_a_golden_answer_is_refused_with_the_limit() -> None:
    with pytest.raises(InvalidInput) as caught:
        pinned(replace(DONE, output="x" * (INPUT_MAX + 1)), [])
    assert caught.value.details == {"field": "execution_id", "limit": INPUT_MAX}
