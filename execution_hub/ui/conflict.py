"""The vars of the dialog that asks what becomes of a thing that two people have saved."""

import reflex as rx

from execution_hub.ui.handlers import assign
from execution_hub.views.conflict import Conflict


class ConflictDialog(rx.State, mixin=True):
    """The vars of the dialog; what its two answers do, the page's own State says."""

    conflict: Conflict = Conflict()
    is_comparing: bool = False

    @rx.event
    def close_conflict(self) -> None:
        """Go back to what was typed: nothing is saved, and nothing is lost."""
        assign(self, conflict=Conflict(), is_comparing=False)

    @rx.event
    def toggle_comparing(self) -> None:
        """Show both sides, or no longer."""
        self.is_comparing = not self.is_comparing
