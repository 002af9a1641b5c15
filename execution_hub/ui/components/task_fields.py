"""The fields of a task, for making and for editing one."""

from functools import partial
from typing import Any

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.components.fields import problem_of, text_area, text_field
from execution_hub.ui.text import t


def task_fields(task: Any, problems: Any) -> rx.Component:
    """Show the fields of a task within a form.

    Args:
        task: The TaskView whose values they begin with.
        problems: What is wrong, by field.
    """
    problem = partial(problem_of, problems)
    return rx.fragment(
        text_field(
            "name",
            t("Name"),
            error=problem("name"),
            default_value=task.name,
            placeholder=t("What people call it"),
            auto_complete="off",
            data_testid="task-name",
        ),
        text_field(
            "description",
            t("Description"),
            error=problem("description"),
            default_value=task.description,
            placeholder=t("What it is about"),
            auto_complete="off",
        ),
        text_area(
            "input",
            t("Input"),
            hint=t("What a workflow works on."),
            error=problem("input"),
            default_value=task.input,
            rows="7",
            limit=INPUT_MAX,
            data_testid="task-input",
        ),
    )
