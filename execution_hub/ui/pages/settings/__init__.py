"""The page Settings: what the hub is, how it is set up, and which variable changes it."""

from execution_hub.ui.pages.settings.state import SettingsState as SettingsState
from execution_hub.ui.pages.settings.view import settings_page as settings_page
