"""A workflow's page: write it, see its graph, run it."""

from execution_hub.ui.pages.workflow.run_state import WorkflowRunState as WorkflowRunState
from execution_hub.ui.pages.workflow.state import WorkflowState as WorkflowState
from execution_hub.ui.pages.workflow.versions_state import WorkflowVersions as WorkflowVersions
from execution_hub.ui.pages.workflow.view import workflow_page as workflow_page
