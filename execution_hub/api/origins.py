"""Whether a request comes from a page that may change things: its origin is the hub's own, or named."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from execution_hub.network import origin

# What a browser says of a request that a page of the very same origin, or a person by the address bar, began.
OWN_SITES = (b"same-origin", b"none")


class Origins:
    """The origins whose pages may change things and open sockets.

    A name is not enough: every program that serves pages on this machine has the hub's name, with another port.
    """

    def __init__(self, named: Iterable[str], development_port: int | None = None) -> None:
        """Keep what is allowed besides the hub's own origin.

        Args:
            named: HUB_ALLOWED_ORIGINS.
            development_port: Where Reflex's development server has the pages; None in a hub that serves them itself.
        """
        self._named = frozenset(named)
        self._development_port = development_port

    def may_change(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a request may change things.

        Args:
            scope: The request's, as in ASGI.
            headers: Its headers, by names in small letters.

        Returns:
            Also true for what no browser sent: without Origin and Sec-Fetch-Site there is no page behind it.
        """
        sent = headers.get(b"origin")
        host = headers.get(b"host", b"").decode("latin-1")
        if sent is not None:
            try:
                asking, own = origin(sent.decode("latin-1")), origin(f"{scheme_of(scope, headers)}://{host}")
            except ValueError:
                return False
            if asking in self._named or self._is_development(asking, own):
                return True
            if asking != own:
                return False
        return headers.get(b"sec-fetch-site", b"none").strip().lower() in OWN_SITES

    def _is_development(self, asking: str, own: str) -> bool:
        """Tell whether a page comes from the development server: the hub's own name, at that server's port."""
        if self._development_port is None:
            return False
        name = own.rpartition(":")[0] if own.count(":") > 1 and not own.endswith("]") else own
        return asking == origin(f"{name}:{self._development_port}")


def scheme_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
    """Return `http` or `https`, as the browser sees it: a proxy on this machine is believed, nobody else."""
    told = headers.get(b"x-forwarded-proto", b"").decode("latin-1").strip().lower()
    if told in ("http", "https") and _is_near(scope.get("client")):
        return told
    return "https" if scope.get("scheme") in ("https", "wss") else "http"


def _is_near(client: Any) -> bool:
    try:
        address = ipaddress.ip_address(client[0])
    except (TypeError, IndexError, ValueError):
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
