"""The agents, and reading one from a file."""

from execution_hub.ui.pages.agents.import_state import AgentImportState as AgentImportState
from execution_hub.ui.pages.agents.state import AgentsState as AgentsState
from execution_hub.ui.pages.agents.view import agents_page as agents_page
