"""What can be chosen to be compared: runs of a suite, and targets of one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.verdict import Verdict
from execution_hub.views.compare_address import Asked
from execution_hub.words.by_value import STATUSES
from execution_hub.words.say import say


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen.

    Attributes:
        value: What it is known by.
        words: What a person reads.
    """

    value: str = ""
    words: str = ""


def run_choices(language: str, runs: Sequence[tuple[Execution, Verdict | None]]) -> list[Choice]:
    """Return the runs of a suite, each with what came of it."""
    return [Choice(str(run.id), f"#{run.id} · {_came_of(language, run, verdict)}") for run, verdict in runs]


def _came_of(language: str, run: Execution, verdict: Verdict | None) -> str:
    if verdict is None or run.status is not Status.SUCCEEDED:
        return say(language, STATUSES[run.status.value])
    return say(language, "{passed} of {total} passed", passed=verdict.passed, total=verdict.total)


def target_choices(targets: Sequence[tuple[str, str | None]]) -> list[Choice]:
    """Return the targets of a run by their places, each a name and a model; none where there is only one."""
    if len(targets) < 2:
        return []
    return [Choice(str(place), f"{name} · {model}" if model else name) for place, (name, model) in enumerate(targets)]


def newest_two(asked: Asked, runs: Sequence[Execution]) -> Asked:
    """Return what is compared where the address leaves it open: the newest run, and the one before that.

    Args:
        asked: What the address says.
        runs: The newest first.
    """
    ended = [each.id for each in runs if each.is_finished]
    first, second = asked.first, asked.second
    if second is None:
        second = next((each for each in ended if each != first), None)
    if first is None:
        # In the order of the list, which is that of time; of what is older than the list, the newest.
        older = ended[ended.index(second) + 1 :] if second in ended else ended
        first = next(iter(older), None)
    return replace(asked, first=first, second=second)
