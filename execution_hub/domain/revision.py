"""What an agent is told when its answer was sent back: its input, its answer, and every remark since. Pure."""

from collections.abc import Sequence
from itertools import takewhile

from execution_hub.domain.step import Round
from execution_hub.domain.template_filters import RENDERED_MAX

_CUT = "\n[The rest of the answer is left out here: it is too long.]"


def with_remarks(text: str, rounds: Sequence[Round]) -> str:
    """Return the input of an agent whose last answer was sent back; as it is for one that only follows others.

    Args:
        text: Its input as its template gives it.
        rounds: The rounds that are over, oldest first.
    """
    # Remarks on an answer to another input say nothing of this one.
    since = list(takewhile(lambda each: each.remark, reversed(rounds)))[::-1]
    if not since:
        return text
    answer = since[-1].output or ""
    remarks = "\n\n".join(each.remark for each in since)
    room = max(0, RENDERED_MAX - len(_revision(text, "", remarks)))
    if len(answer) > room:
        answer = answer[: max(0, room - len(_CUT))] + _CUT
    return _revision(text, answer, remarks)


def _revision(text: str, answer: str, remarks: str) -> str:
    return (
        f"{text}\n\n---\nYou have answered this before:\n\n{answer}\n\n"
        f"---\nA person read your answer and sent it back with this remark:\n\n{remarks}\n\n"
        "---\nRevise your answer. Reply with the whole revised answer, not only with what has changed."
    )
