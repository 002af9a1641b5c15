"""The workflows, and reading one from a file."""

from execution_hub.ui.pages.workflows.import_state import ImportState as ImportState
from execution_hub.ui.pages.workflows.state import WorkflowsState as WorkflowsState
from execution_hub.ui.pages.workflows.view import workflows_page as workflows_page
