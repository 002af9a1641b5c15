"""What the kit is told of a kind of object, and the kinds that it has forms for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.task import TaskDraft
from execution_hub.errors import InvalidInput
from execution_hub.ui.routes import agent_path, suite_path, task_path
from execution_hub.views import agent_form, suite_form, task_form
from execution_hub.views.addresses import AGENTS, SUITES, TASKS
from execution_hub.words.by_value import AGENT_FIELDS, TASK_FIELDS
from execution_hub.words.of_suites import SUITE_FIELDS


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of object.

    Attributes:
        name: What one is called: the var of the State that shows it.
        catalogue: Where the hub keeps them.
        list_path: Where the list of them is.
        path: Returns where the page of one is, for its id.
        fields: The names of the fields of its form, as in its draft.
        words: What these fields are called, by their names.
        draft: Makes a draft from the values of the fields, checked.
        view: Makes what a page shows from one that is stored.
        read_form: Returns the values of the fields from what a form sent, checked.
        say_problem: Says what is wrong with a field, for a language and what the field held.
    """

    name: str
    catalogue: str
    list_path: str
    path: Callable[[int], Any]
    fields: tuple[str, ...]
    words: Mapping[str, str]
    draft: Callable[..., Any]
    view: Callable[[Any], Any]
    read_form: Callable[[dict[str, Any]], dict[str, Any]]
    say_problem: Callable[[str, InvalidInput, str], str]

    def say(self, language: str, error: InvalidInput, form: Mapping[str, Any]) -> dict[str, str]:
        """Say what is wrong with a form, by field; of a part of a field, as in `tools[2]`, at the field."""
        field = error.field.partition("[")[0]
        return {field: self.say_problem(language, error, str(form.get(field, "")))}


AGENT = Noun(
    "agent",
    "agents",
    AGENTS,
    agent_path,
    agent_form.FIELDS,
    AGENT_FIELDS,
    AgentDraft,
    agent_form.AgentView.of,
    agent_form.read_form,
    agent_form.say_problem,
)
TASK = Noun(
    "task",
    "tasks",
    TASKS,
    task_path,
    task_form.FIELDS,
    TASK_FIELDS,
    TaskDraft,
    task_form.TaskView.of,
    task_form.read_form,
    task_form.say_problem,
)
# Of a new one: what else it holds, its own page has.
SUITE = Noun(
    "suite",
    "suites",
    SUITES,
    suite_path,
    suite_form.NEW_FIELDS,
    SUITE_FIELDS,
    SuiteDraft,
    suite_form.SuiteForm.of,
    suite_form.read_new,
    suite_form.say_new_problem,
)
