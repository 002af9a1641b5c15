"""Executions beside each other: what they ran with, what came of it, what that cost."""

from execution_hub.ui.pages.compare.state import CompareState as CompareState
from execution_hub.ui.pages.compare.view import compare_page as compare_page
