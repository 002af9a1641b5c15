"""The page Workers: the processes of the hub, what runs where, and who is to take nothing new."""

from execution_hub.ui.pages.workers.state import WorkersState as WorkersState
from execution_hub.ui.pages.workers.view import workers_page as workers_page
