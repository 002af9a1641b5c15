"""The files beside a configuration on this machine: those in its own folder, and none outside."""

from pathlib import Path

from execution_hub.errors import InvalidInput
from execution_hub.suite_files.decoding import FILE_MAX_BYTES, decoded


class Folder:
    """The folder of a configuration."""

    def __init__(self, root: Path) -> None:
        """Read what is in a folder."""
        self._root = root.resolve()

    def read(self, name: str) -> str:
        """Return the text of a file of the folder, or of one within it.

        Args:
            name: Its path, from the folder.

        Raises:
            InvalidInput: It is outside, is none, is too large, or is no text.
        """
        try:
            # With links followed: one that leads out leads out.
            path = (self._root / name).resolve()
            if not path.is_relative_to(self._root):
                raise InvalidInput("text", "It is outside of the folder of the configuration. Copy it there.")
            return read_bounded(path)
        except (OSError, ValueError):
            raise InvalidInput("text", "It is not there, or cannot be read.") from None


def read_bounded(path: Path) -> str:
    """Return the text of a file.

    Raises:
        InvalidInput: It is no file, is too large, or is no text.
        OSError: It cannot be read.
    """
    if not path.is_file():
        raise InvalidInput("text", f"{path.name} is no file. Name one that is there.")
    with path.open("rb") as file:
        return decoded(file.read(FILE_MAX_BYTES + 1))
