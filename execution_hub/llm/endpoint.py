"""Where a provider is, with which key, and what is in the way: what all SDKs of providers share, and their errors."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from execution_hub.errors import BadKey, ConnectionFailed, MissingKey
from execution_hub.network import is_loopback
from execution_hub.settings import proxy_for

PROXY_EXAMPLE = "http://proxy.example.com:3128"
_CLOSE_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A provider's address and key.

    Attributes:
        url: Where it is asked.
        key: The key; empty for none.
        url_variable: The variable of the environment that names another address.
        key_variable: The variable that holds the key.
        example: An address as it should be.
        needs_key: Whether it refuses to answer without a key.
    """

    url: str
    key: str
    url_variable: str
    key_variable: str
    example: str
    needs_key: bool = True

    def check_key(self) -> None:
        """See that the key can be sent.

        Raises:
            MissingKey: There is none, and it needs one.
            BadKey: It holds what no key has.
        """
        if not self.key and self.needs_key:
            raise MissingKey(f"No API key. Set {self.key_variable} and restart.")
        # Checked here, for the HTTP library would quote the whole key in its complaint.
        if not self.key.isascii() or (self.key and not self.key.isprintable()) or " " in self.key:
            raise BadKey(f"{self.key_variable} holds characters no key has. Copy the key again and restart.")

    @property
    def is_local(self) -> bool:
        """Whether it is this machine: a proxy's 127.0.0.1 is another one."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def way(self) -> str:
        """What lies between us and the provider, for a person to check."""
        proxy = proxy_for(self.url)
        if proxy:
            return f"{proxy[0]} (the proxy {proxy[1]}) and {self.url_variable}"
        return f"the network and {self.url_variable}"

    def unreachable(self, host: str, reason: str) -> ConnectionFailed:
        """Return the error for no connection.

        Args:
            host: Only the host: an address may hold a password.
            reason: Why.
        """
        proxy = proxy_for(self.url)
        through = f" through the proxy {proxy[1]}" if proxy else ""
        return ConnectionFailed(
            f"The provider at {host} could not be reached{through} ({reason}). Check {self.way}.", host=host
        )

    def bad_proxy(self) -> ConnectionFailed:
        """Return the error for a proxy that cannot be used."""
        name, _ = proxy_for(self.url) or ("HTTPS_PROXY", "")
        return ConnectionFailed(f"The proxy in {name} cannot be used. Example: {name}={PROXY_EXAMPLE}")

    def no_address(self) -> ConnectionFailed:
        """Return the error for a base URL that is none."""
        return ConnectionFailed(f"{self.url_variable} is no address. Example: {self.example}")


class Closable(Protocol):
    """A client of an SDK."""

    def close(self) -> Any:
        """Let go of connections."""
        ...


_Client = TypeVar("_Client", bound=Closable)


class Clients(Generic[_Client]):
    """An SDK's client for each event loop: its connections cannot be used from another."""

    def __init__(self) -> None:
        """Start without one."""
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Client] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def here(self, make: Callable[[], _Client | None]) -> _Client | None:
        """Return the client of the running loop.

        Args:
            make: Makes it where there is none; None if it cannot be made.
        """
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._clients:
                client = make()
                if client is None:
                    return None
                self._clients[loop] = client
            return self._clients[loop]

    @property
    def made(self) -> list[_Client]:
        """Those there are."""
        with self._lock:
            return list(self._clients.values())

    async def close(self) -> None:
        """Close the connections on every loop that has some and still runs."""
        with self._lock:
            clients = list(self._clients.items())
            self._clients.clear()
        here = asyncio.get_running_loop()
        for loop, client in clients:
            if loop is here:
                await client.close()
            elif loop.is_running():
                # That loop may stop before it gets to it, and then nobody would answer.
                with suppress(TimeoutError):
                    closing = asyncio.run_coroutine_threadsafe(client.close(), loop)
                    await asyncio.wait_for(asyncio.wrap_future(closing), _CLOSE_TIMEOUT_SECONDS)
