"""States as Reflex makes them for a page, without a page."""

from typing import Any

from reflex.istate.data import RouterData
from reflex.state import State


def page_state(kind: Any, address: str) -> Any:
    """Return a State of a page that has just been opened in English.

    Args:
        kind: The class of the State.
        address: The path of the page, with its query.
    """
    make: Any = State  # Reflex alone is to make States; a test does what it does.
    root = make(_reflex_internal_init=True)
    turn_to(root, address)
    return root.get_substate(kind.get_full_name().split("."))


def turn_to(state: Any, address: str) -> None:
    """Let the page of a State have another address."""
    root = state
    while root.parent_state is not None:
        root = root.parent_state
    path = address.partition("?")[0]
    root.router = RouterData.from_router_data(
        {
            "pathname": path,
            "asPath": address,
            "query": {},
            "headers": {"origin": "http://127.0.0.1", "accept_language": "en"},
            "token": "t",
        }
    )
