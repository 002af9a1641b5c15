"""A task's page: run a workflow on it, see what came of it, change it."""

from execution_hub.ui.pages.task.state import TaskRunState as TaskRunState
from execution_hub.ui.pages.task.state import TaskState as TaskState
from execution_hub.ui.pages.task.versions_state import TaskVersions as TaskVersions
from execution_hub.ui.pages.task.view import task_page as task_page
