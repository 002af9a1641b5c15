"""`execution-hub serve`: checks, builds the pages if they changed, then becomes the server."""

import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

from execution_hub.errors import StartError
from execution_hub.llm.own_prices import read_prices
from execution_hub.network import listening_address
from execution_hub.pages_build import ensure_pages
from execution_hub.settings import ROOT, Settings, child_environment, traces_endpoint
from execution_hub.store.lock import DataLock
from execution_hub.tools.mcp_file import read_mcp_file

MIB = 2**20
# How glibc is to keep memory; what `deploy/` starts without this module says the same.
HEAPS = {
    # It gives each thread a heap of its own, up to eight times the cores, and hands little of them back: a busy hub has
    # dozens of threads (measured: 31 MiB of such holes after half an hour; 8 with this).
    "MALLOC_ARENA_MAX": "2",
    # By itself it learns from the first large body to keep up to 64 MiB of each heap for the next one.
    "MALLOC_MMAP_THRESHOLD_": str(4 * MIB),
    "MALLOC_TRIM_THRESHOLD_": str(8 * MIB),
}


def serve(settings: Settings) -> NoReturn:
    """Serve pages, API and sockets on one port until told to stop.

    Args:
        settings: The hub's settings.

    Raises:
        StartError: The port is taken, the data folder cannot be used, or the pages cannot be built.
        SettingsError: The file of prices, that of tool servers, or where traces are to go, does not fit.
    """
    signal.signal(signal.SIGTERM, _leave)
    address = check_port(settings)
    read_prices(settings.prices_file)
    read_mcp_file(settings.mcp_file)
    traces_endpoint()
    if not settings.role.is_joined:
        # Only asked here, to say so before a long build; the server's own lifespan takes it.
        DataLock(settings.data_dir).acquire().release()
    pages = ensure_pages()
    if pages.build_seconds is not None:
        print(f"Pages built in {pages.build_seconds:.0f} s.", flush=True)
    environment = child_environment(
        # Internal to Reflex, hence the underscores: tests/integration/deploy/test_serve.py tells when they change.
        __REFLEX_SKIP_COMPILE="1",
        __REFLEX_MOUNT_FRONTEND_COMPILED_APP="1",
        REFLEX_ENV_MODE="prod",
        REFLEX_WEB_WORKDIR=str(pages.folder),
        HUB_ROLE=settings.role.value,
    )
    environment |= HEAPS
    os.chdir(ROOT)
    # This process becomes the server's parent process: one less to keep in memory and to hand signals on.
    words = [sys.executable, "-m", "execution_hub.server", address, str(settings.port)]
    os.execve(sys.executable, words, environment)  # noqa: S606 - no shell wanted


def check_port(settings: Settings) -> str:
    """Find out whether the hub can listen where it should.

    Returns:
        The numeric address of HUB_HOST.

    Raises:
        StartError: Nobody knows the host, the port is taken, or the address is not one of this machine.
    """
    try:
        address = listening_address(settings.host, settings.port)
    except OSError as error:
        raise StartError(
            f"HUB_HOST {settings.host} cannot be used ({error.strerror}). Name this machine. "
            "Example: HUB_HOST=127.0.0.1"
        ) from None
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, settings.port))
        except OSError as error:
            raise StartError(
                f"HUB_PORT {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                "Stop what listens there, or set another HUB_PORT or HUB_HOST."
            ) from None
    return address


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)
