"""The State of the versions of the task of this page."""

from typing import Any, ClassVar

import reflex as rx

from execution_hub.ui.catalogue.versions import Versions
from execution_hub.ui.pages.task.state import TaskState


class TaskVersions(Versions, rx.State):
    """The versions of a task."""

    editor: ClassVar[Any] = TaskState
