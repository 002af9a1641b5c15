"""How people tell this process from others: by what they see of it, and would end."""

import multiprocessing
import os
import socket


def process_number() -> int:
    """Return the number of this process on its machine; of one that a server started to serve, that server's.

    To end the server ends what it started, in good order; to end that alone does not.
    """
    server = multiprocessing.parent_process()
    return os.getpid() if server is None or server.pid is None else server.pid


def process_name() -> str:
    """Return its machine and its number there."""
    return f"{socket.gethostname()}:{process_number()}"
