"""The suites of tests: a card each with how its last run went, and a form for a new one."""

from execution_hub.ui.pages.suites.state import SuitesState as SuitesState
from execution_hub.ui.pages.suites.view import suites_page as suites_page
