"""An agent's page: write its prompt, try it, watch the answer come, and go back to what it was."""

from execution_hub.ui.pages.agent.cases_state import CasesState as CasesState
from execution_hub.ui.pages.agent.state import AgentState as AgentState
from execution_hub.ui.pages.agent.verdicts_state import AgentVerdicts as AgentVerdicts
from execution_hub.ui.pages.agent.versions_state import AgentVersions as AgentVersions
from execution_hub.ui.pages.agent.view import agent_page as agent_page
