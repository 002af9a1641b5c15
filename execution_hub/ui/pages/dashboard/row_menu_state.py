"""The State of what can be done to a row where there is no room beside it."""

import reflex as rx

from execution_hub.ui.handlers import assign


class RowMenuState(rx.State):
    """Of which row it is asked what can be done to it, as that row was then.

    Attributes:
        execution_id: Which one.
        named: What it is called.
        execution_type: Of which type it is.
        is_run: Whether it has parts.
        is_active: Whether it has yet to end.
    """

    is_open: bool = False
    execution_id: int = 0
    named: str = ""
    execution_type: str = ""
    is_run: bool = False
    is_active: bool = False

    @rx.event
    def open(self, execution_id: int, named: str, execution_type: str, is_run: bool, is_active: bool) -> None:
        """Ask what is to be done to a row."""
        assign(
            self,
            is_open=True,
            execution_id=execution_id,
            named=named,
            execution_type=execution_type,
            is_run=is_run,
            is_active=is_active,
        )

    @rx.event
    def close(self) -> None:
        """It was chosen, or nothing is to be done."""
        assign(self, is_open=False)
