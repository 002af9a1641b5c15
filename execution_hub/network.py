"""Addresses as people write them, and the way to our own: pure checks, and two questions to the system.

Loads nothing of the hub: the process that watches over the server uses it too.
"""

import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

if TYPE_CHECKING:
    import urllib.request

# The Messages API's own path; the SDK adds it.
_API_PATH = re.compile(r"/v1(/messages)?/*$")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_name(text: str) -> str:
    """Return a host to listen on as the system wants it: without brackets.

    >>> host_name("[::1]"), host_name(" localhost ")
    ('::1', 'localhost')

    Raises:
        ValueError: It is no host; says why.
    """
    name = text.strip()
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
        if ":" not in name:
            raise ValueError("only an address of IPv6 stands in brackets")
    if "/" in name:
        raise ValueError("a host name or address only, without scheme or path")
    if ":" in name and not _is_address(name):
        raise ValueError("a host name or address only; the port is HUB_PORT's")
    if not re.fullmatch(r"[\w.:%-]+", name):
        raise ValueError("no host name or address; 0.0.0.0 listens on all of this machine's")
    return name


def listening_address(host: str, port: int = 0) -> str:
    """Return the numeric address a host stands for: the server takes no names.

    Args:
        host: A name or an address.
        port: Where to listen.

    Raises:
        OSError: Nobody knows the name.
    """
    if _is_address(host):
        return host
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError:
        # A name with a part of more than 63 letters.
        raise OSError(socket.EAI_NONAME, "Name or service not known") from None
    # IPv4 first: `localhost` is both, and what is asked as 127.0.0.1 must find it.
    numbers = sorted(found, key=lambda each: each[0] != socket.AF_INET)
    return str(numbers[0][4][0])


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself.

    >>> is_loopback("LOCALHOST"), is_loopback("127.0.0.9"), is_loopback("::1"), is_loopback("example.com")
    (True, True, True, False)
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_exposed(host: str) -> bool:
    """Tell whether listening on a host lets other machines in; nobody knows of a name that leads nowhere.

    >>> is_exposed("127.0.0.1"), is_exposed("localhost"), is_exposed("0.0.0.0"), is_exposed("::")
    (False, False, True, True)
    """
    if host.lower() == "localhost":
        return False
    try:
        return not ipaddress.ip_address(listening_address(host)).is_loopback
    except (OSError, ValueError):
        return True


def is_answered(host: str, port: int) -> bool:
    """Tell whether anything takes a connection where this machine would listen."""
    try:
        with socket.create_connection((listening_address(host, port), port), timeout=2):
            return True
    except OSError:
        return False


def origin(text: str) -> str:
    """Return an origin in the one form in which two of them are compared: small letters, no default port.

    Args:
        text: As a browser sends it, or a person writes it.

    >>> origin("https://Hub.Example.com:443"), origin("http://[::1]:8000/")
    ('https://hub.example.com', 'http://[::1]:8000')

    Raises:
        ValueError: It is none; says why.
    """
    parts = _split(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError("must start with http:// or https://")
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError("must read scheme://host or scheme://host:port")
    if parts.path not in ("", "/") or text.endswith(("?", "#")) or parts.query or parts.fragment:
        raise ValueError("must end with its host or port, without a path")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{name}{port}"


def base_url(text: str) -> str:
    """Return a provider's base URL as its SDK wants it: without a slash at its end.

    >>> base_url("http://localhost:11434/v1/")
    'http://localhost:11434/v1'

    Raises:
        ValueError: It is no such URL; says why, without quoting it.
    """
    parts = _split(text.strip())
    if parts.scheme not in ("http", "https"):
        raise ValueError("must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("a user and password do not belong into an address; the key has a variable of its own")
    if not parts.hostname:
        raise ValueError("names no host")
    if parts.query or parts.fragment or text.rstrip().endswith(("?", "#")):
        raise ValueError("must end with its path, without ? and #")
    return urlunsplit(parts._replace(path=parts.path.rstrip("/")))


def without_version(url: str) -> str:
    """Return a base URL of the Messages API without the API's own path, which its SDK adds.

    >>> without_version("https://gateway.example.com/anthropic/v1")
    'https://gateway.example.com/anthropic'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=_API_PATH.sub("", parts.path).rstrip("/")))


def open_direct(request: "urllib.request.Request | str", *, seconds: float) -> Any:
    """Open an address of this machine, past any proxy of the environment: a proxy's 127.0.0.1 is another one.

    Args:
        request: What to ask.
        seconds: How long an answer may be silent.

    Raises:
        OSError: There is no answer, or an HTTP error (`urllib.error.HTTPError`).
    """
    # Slow to load, and not needed by everybody.
    import urllib.request

    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=seconds)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is no address") from None
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        raise ValueError("holds a space")
    return parts


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
