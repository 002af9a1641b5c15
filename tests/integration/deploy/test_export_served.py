"""`reflex export`: two archives that run behind one origin, without anything else in front."""

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.support.exported import Exported
from tests.support.server import HubProcess


def test_an_export_runs_behind_one_origin(
    exported: Exported, tmp_path: Path, hub_process: Callable[..., HubProcess]
) -> None:
    """Unpacked elsewhere, the pages where Reflex looks for them, served on one port."""
    served = exported.unpack("backend", tmp_path / "served")
    exported.unpack("frontend", served / ".web" / "build" / "client")
    command = ("sh", "-c", 'exec "$0" -m execution_hub.server 127.0.0.1 "$HUB_PORT"', sys.executable)
    mounted = {
        "__REFLEX_SKIP_COMPILE": "1",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1",
        "REFLEX_ENV_MODE": "prod",
    }
    hub = hub_process("exported", *command, cwd=str(served), **mounted).start()
    with urllib.request.urlopen(f"{hub.url}/agents", timeout=60) as answer:  # noqa: S310 - our own address
        assert b"Execution Hub" in answer.read()
    assert hub.ended(hub.start_test("[fast] exported"))["status"] == "succeeded"
