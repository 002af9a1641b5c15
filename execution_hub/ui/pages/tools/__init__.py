"""The page Tools: the servers of tools as they are now, what each tool takes, and a try without a model."""

from execution_hub.ui.pages.tools.state import ToolsState as ToolsState
from execution_hub.ui.pages.tools.try_state import ToolTryState as ToolTryState
from execution_hub.ui.pages.tools.view import tools_page as tools_page
