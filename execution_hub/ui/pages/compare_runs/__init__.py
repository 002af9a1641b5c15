"""Two runs of a suite beside each other: regressions first, what changed, and whether it is more than chance."""

from execution_hub.ui.pages.compare_runs.state import CompareRunsState as CompareRunsState
from execution_hub.ui.pages.compare_runs.view import compare_runs_page as compare_runs_page
