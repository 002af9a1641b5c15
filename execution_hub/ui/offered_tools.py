"""The tools that agents may be given: the one place where pages ask for them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub


def offered_servers() -> Sequence[Any]:
    """Return the servers of the hub with their tools as they are now; none while it starts or stops."""
    with suppress(HubError):
        box: Any = getattr(current_hub(), "tools", None)
        return () if box is None else box.servers()
    return ()
