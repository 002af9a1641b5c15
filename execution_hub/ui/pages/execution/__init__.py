"""An execution's page: its output as it is written, and everything about it."""

from execution_hub.ui.pages.execution.state import ExecutionState as ExecutionState
from execution_hub.ui.pages.execution.view import execution_page as execution_page
