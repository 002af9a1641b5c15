"""Making a folder for data that nobody else may look into, and saying in one line what stands in its way."""

import errno
import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path

from execution_hub.errors import StartError

NAME_SHOWN = 60
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What SQLite keeps beside a database in use; it gives new ones the rights of the database.
JOURNALS = ("", "-wal", "-shm", "-journal")
# Databases, their journals, locks and copies; what deploy/rollback.sh keeps; what a new file system holds.
_OURS = re.compile(r"(hub|engine)\..+|backups|lost\+found")


def make_folder(folder: Path, what: str) -> None:
    """Make a folder that is not there yet, with those above it.

    Args:
        folder: The folder.
        what: How it is called in the error.

    Raises:
        StartError: It cannot be made, and why.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = obstacle(folder) or reason(error)
        raise StartError(f"{what} cannot be written ({why}). Choose another folder.") from None


def shared(folder: Path) -> str:
    """Say why a folder is not the hub's alone, as a home, `/` and `/tmp` are not; empty if it is, or is not there."""
    try:
        if folder.stat().st_mode & stat.S_ISVTX:
            return "it is a folder of all users"
        with os.scandir(folder) as found:
            others = next((each.name for each in found if not _OURS.fullmatch(each.name)), "")
    except OSError:
        return ""  # who opens a file in there says why not
    # Escaped: another program chose the name.
    return f"it holds what is not the hub's ({others[:NAME_SHOWN]!r})" if others else ""


def close_folder(folder: Path, what: str, why_shared: str = "") -> None:
    """Take the rights to a folder of data from everybody but its owner, whatever the umask; tell where it cannot be.

    Args:
        folder: A folder that is there.
        what: How it is called in the warning.
        why_shared: Why it is not the hub's alone, as from `shared`: then its rights are not the hub's to change.
    """
    with suppress(OSError):
        if not why_shared and folder.stat().st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) & ~_OTHERS)
    try:
        found = folder.stat()
    except OSError:
        return  # whoever opens a file in there says why not
    if found.st_mode & _OTHERS:
        sys.stderr.write(
            f"Warning: {what} is open to other users of this machine (rights {stat.S_IMODE(found.st_mode):o}), and "
            f"{_why_open(found.st_uid, why_shared)}\n"
        )


def _why_open(owner: int, why_shared: str) -> str:
    if why_shared:
        return f"{why_shared}: only the hub's own files in it are closed. Choose a folder for the hub alone."
    why = "its rights cannot be changed" if owner == os.geteuid() else f"it belongs to another user (number {owner})"
    return f"{why}: inputs and outputs can be read there. Give it to this user with rights 700, or choose another."


def close_files(path: Path) -> None:
    """Take the rights to a database, made empty if it is not there, and its journals from everybody but the owner.

    Args:
        path: An SQLite file; its folder is there.
    """
    # Only a new file is opened: to close one would take SQLite's locks on it from this whole process.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for file in (path.with_name(f"{path.name}{end}") for end in JOURNALS):
        # What belongs to another user stays as it is; what cannot be opened is said by who opens the database.
        with suppress(OSError):
            if file.stat().st_mode & _OTHERS:
                file.chmod(0o600)


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
