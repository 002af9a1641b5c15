"""Why a connection with a server is gone."""

from collections.abc import Iterator

# What the hub does then, for a model or a person who wanted a tool.
AGAIN = "The hub connects to it again by itself: try again in a moment."


class Lost(Exception):
    """The connection is gone; the message says why."""


def leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors in a group of groups: the SDK's tasks wrap what went wrong, and each other."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from leaves(each)
    else:
        yield error
