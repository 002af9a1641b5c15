"""An agent's page: test it, watch the answer come, change it."""

from execution_hub.ui.pages.agent.state import AgentState as AgentState
from execution_hub.ui.pages.agent.view import agent_page as agent_page
