"""A suite's page: its cases and what it tests, its runs, and what starts one."""

from execution_hub.ui.pages.suite.agreement_state import AgreementState as AgreementState
from execution_hub.ui.pages.suite.paste_state import PasteState as PasteState
from execution_hub.ui.pages.suite.runs_state import SuiteRunsState as SuiteRunsState
from execution_hub.ui.pages.suite.state import SuiteState as SuiteState
from execution_hub.ui.pages.suite.view import suite_page as suite_page
