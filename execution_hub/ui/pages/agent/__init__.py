"""An agent's page: test it, watch the answers come, change it."""

from execution_hub.ui.pages.agent.cases_state import CasesState as CasesState
from execution_hub.ui.pages.agent.state import AgentState as AgentState
from execution_hub.ui.pages.agent.view import agent_page as agent_page
