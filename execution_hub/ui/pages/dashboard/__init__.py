"""The dashboard: figures, and the execution history."""

from execution_hub.ui.pages.dashboard.state import DashboardState
from execution_hub.ui.pages.dashboard.view import dashboard_page

__all__ = ["DashboardState", "dashboard_page"]
