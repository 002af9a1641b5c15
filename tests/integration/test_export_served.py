"""`reflex export`: two archives that hold the app, no data and no secret, and run behind one origin."""

import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.support.server import ROOT, HubProcess

SECRET = "sk-ant-this-is-a-made-up-secret"
KEPT = ("execution_hub", "assets", "alembic", "reflex.lock")
FILES = ("rxconfig.py", "alembic.ini", "requirements.txt", ".npmrc", "bunfig.toml")


def test_the_export_holds_no_data_and_no_secret_and_runs_behind_one_origin(
    tmp_path: Path, hub_process: Callable[..., HubProcess]
) -> None:
    """Exported beside a data folder and a `.env`, unpacked elsewhere, served on one port."""
    tree = tmp_path / "tree"
    for name in KEPT:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "external"))
    for name in FILES:
        shutil.copy2(ROOT / name, tree / name)
    (tree / ".env").write_text(f"ANTHROPIC_API_KEY={SECRET}\n")
    (tree / ".data").mkdir()
    (tree / ".data" / "hub.sqlite3").write_text(SECRET)
    hub = hub_process("exported")
    reflex = Path(sys.executable).with_name("reflex")
    done = subprocess.run(
        [reflex, "export"], cwd=tree, env=hub.environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-2000:]

    served = tmp_path / "served"
    with zipfile.ZipFile(tree / "backend.zip") as backend, zipfile.ZipFile(tree / "frontend.zip") as frontend:
        for archive in (backend, frontend):
            names = archive.namelist()
            assert not [name for name in names if ".env" in name or ".data" in name or "sqlite" in name]
            assert not [name for name in names if SECRET.encode() in archive.read(name)]
        backend.extractall(served)
        frontend.extractall(served / ".web" / "build" / "client")

    command = (sys.executable, "-m", "execution_hub.server", "127.0.0.1", str(hub.port))
    mounted = {
        "__REFLEX_SKIP_COMPILE": "1",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1",
        "REFLEX_ENV_MODE": "prod",
        "HUB_PORT": str(hub.port),
    }
    exported = hub_process("exported", *command, cwd=str(served), **mounted)
    exported.port, exported.url = hub.port, hub.url
    exported.start()
    with urllib.request.urlopen(f"{exported.url}/agents", timeout=10) as answer:  # noqa: S310 - our own address
        assert b"Execution Hub" in answer.read()
    assert exported.ended(exported.start_test("[fast] exported"))["status"] == "succeeded"
