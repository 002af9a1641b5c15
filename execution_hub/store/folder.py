"""Making a folder for data, and saying in one line what stands in its way."""

import errno
import os
from pathlib import Path

from execution_hub.errors import StartError


def make_folder(folder: Path, what: str) -> None:
    """Make a folder that is not there yet, with those above it.

    Args:
        folder: The folder.
        what: How it is called in the error.

    Raises:
        StartError: It cannot be made, and why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = obstacle(folder) or reason(error)
        raise StartError(f"{what} cannot be written ({why}). Choose another folder.") from None


def obstacle(folder: Path) -> str | None:
    """Say what stands in the way of a folder: a file, or a link to nowhere; None if nothing does."""
    for place in (folder, *folder.parents):
        here = "it" if place == folder else str(place)
        # Path.exists() would raise for a place that may not be looked into.
        is_there = os.path.exists(place)  # noqa: PTH110
        if not is_there and os.path.islink(place):  # noqa: PTH114
            return f"{here} is a link to {place.readlink()}, which is not there"
        if is_there:
            return None if place.is_dir() else f"{here} is a file, not a folder"
    return None


def reason(error: OSError) -> str:
    """Return why the system refused, in words a person can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "there is no space left"
    return error.strerror or str(error)
