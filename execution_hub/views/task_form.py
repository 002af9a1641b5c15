"""The form of a task: what it shows, what it sends, and what is wrong in words."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain import task as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.task import Task, TaskDraft
from execution_hub.errors import InvalidInput
from execution_hub.views.fields import say_field_problem
from execution_hub.views.texts import excerpt
from execution_hub.words.marking import N_
from execution_hub.words.say import say

FIELDS = ("name", "description", "input")
_LIMITS = {"name": limits.NAME_MAX, "description": limits.DESCRIPTION_MAX, "input": INPUT_MAX}


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a page shows it.

    Attributes:
        id: Its number; 0 before one is loaded.
        name, description, input: See TaskDraft.
        version: How often it was saved; 0 in a list.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    input: str = ""
    version: int = 0

    @classmethod
    def of(cls, task: Task) -> "TaskView":
        """Take what is shown from a task."""
        return cls(task.id, task.name, task.description, task.input, task.version)

    @classmethod
    def excerpt_of(cls, task: Task) -> "TaskView":
        """Take what a list shows: the first words of its texts."""
        return cls(task.id, task.name, excerpt(task.description), excerpt(task.input))


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
        language: The page's.
        error: What the hub said; its field is named.
        value: What the field held.
    """
    if error.field == "input" and "\x00" not in value:
        return say(
            language,
            N_("Shorten the input to {n} characters.") if value.strip() else N_("Type what a workflow is to work on."),
            n=INPUT_MAX,
        )
    return say_field_problem(language, error, value, _LIMITS)
