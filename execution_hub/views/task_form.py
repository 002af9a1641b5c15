"""The form of a task: what it shows, what it sends, and what is wrong in words."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain import task as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.task import Task, TaskDraft
from execution_hub.domain.texts import one_line
from execution_hub.errors import InvalidInput
from execution_hub.words.by_value import FIELD_PROBLEMS
from execution_hub.words.say import say

FIELDS = ("name", "description", "input")
_LIMITS = {"name": limits.NAME_MAX, "description": limits.DESCRIPTION_MAX, "input": INPUT_MAX}
_WORDS_MAX = 160


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a page shows it.

    Attributes:
        id: Its number; 0 before one is loaded.
        name, description, input: See TaskDraft.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    input: str = ""

    @classmethod
    def of(cls, task: Task) -> "TaskView":
        """Take what is shown from a task."""
        return cls(task.id, task.name, task.description, task.input)

    @classmethod
    def excerpt_of(cls, task: Task) -> "TaskView":
        """Take what a list shows: the first words of its input."""
        words = one_line(task.input)
        return cls(task.id, task.name, task.description, words[:_WORDS_MAX])


def read_form(form: dict[str, Any]) -> dict[str, str]:
    """Read what a task's form sent.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """
    values = {name: str(form.get(name, "")) for name in FIELDS}
    TaskDraft(**values)
    return values


def say_problem(language: str, error: InvalidInput, value: str) -> str:
    """Say what is wrong with a field, in the language of the page.

    Args:
        language: `en` or `zh`.
        error: What the hub said; its field is named.
        value: What the field held.
    """
    if "\x00" in value:
        return say(language, "problem.nul")
    if "character" in error.details:
        return say(language, "problem.steers", character=error.details["character"])
    if error.field == "input":
        return say(language, "problem.input_long" if value.strip() else "task.input_empty", n=INPUT_MAX)
    if error.field not in _LIMITS:
        return error.message
    return say(language, FIELD_PROBLEMS[error.field], n=_LIMITS[error.field])
