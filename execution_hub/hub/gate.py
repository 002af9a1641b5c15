"""Whether the hub takes work: not yet while it starts, not any more when it stops."""

from execution_hub.errors import Unavailable


class Gate:
    """Open from the end of the start to the beginning of the stop.

    Attributes:
        is_open: Whether it is.
    """

    def __init__(self) -> None:
        """Begin closed."""
        self.is_open = False

    def check(self) -> None:
        """Refuse whoever comes too early or too late.

        Raises:
            Unavailable: The gate is closed.
        """
        if not self.is_open:
            raise Unavailable("The hub is starting or stopping. Try again in a moment.")
