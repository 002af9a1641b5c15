"""Standard output and standard error, made forgiving. Loads nothing: the shortest command pays for it too."""

import io
import sys
from contextlib import suppress


def write_every_letter() -> None:
    """Let standard output and error write the number of a letter that their encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What is still to be written goes out first, and may find nobody.
            with suppress(OSError):
                stream.reconfigure(errors="backslashreplace")
