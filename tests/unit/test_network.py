"""Hosts to listen on: names, addresses, brackets."""

import socket
from pathlib import Path

import pytest

from execution_hub.errors import StartError
from execution_hub.network import listening_address
from execution_hub.serve import check_port
from execution_hub.server import _address
from tests.support.hub import make_settings
from tests.support.server import free_port


@pytest.mark.parametrize(
    ("host", "address"),
    [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("[::1]", "::1"), ("::1", "::1")],
)
def test_a_host_is_listened_on_by_its_number(tmp_path: Path, host: str, address: str) -> None:
    assert _address(host) == address
    assert check_port(make_settings(tmp_path, HUB_HOST=host, HUB_PORT=free_port())) == address


def test_a_name_of_this_machine_is_one_to_listen_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPv4 first, as the other defaults have it."""
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: found)
    assert check_port(make_settings(tmp_path, HUB_HOST="my-machine", HUB_PORT=free_port())) == "127.0.0.2"


@pytest.mark.parametrize("host", ["name.invalid", "x" * 64 + ".example.com"])
def test_a_name_nobody_knows_is_one_line(tmp_path: Path, host: str) -> None:
    with pytest.raises(StartError, match=f"^HUB_HOST {host} cannot be used \\(.+\\)\\. Name this machine\\."):
        check_port(make_settings(tmp_path, HUB_HOST=host))
    with pytest.raises(SystemExit, match=f"^HUB_HOST {host} cannot be used: "):
        _address(host)
    with pytest.raises(OSError, match="known"):
        listening_address(host)
