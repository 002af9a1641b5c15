"""An execution's page: its output as it is written, and everything about it."""

from execution_hub.ui.pages.execution.cell_state import CellState as CellState
from execution_hub.ui.pages.execution.cell_state import ChildState as ChildState
from execution_hub.ui.pages.execution.state import ExecutionState as ExecutionState
from execution_hub.ui.pages.execution.view import execution_page as execution_page
