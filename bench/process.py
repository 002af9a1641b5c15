"""How fast the hub starts, and what it needs when nothing happens."""

import os
import signal
import subprocess
import time
import urllib.error
from pathlib import Path

import psutil

from bench.figures import Figure
from execution_hub.network import open_direct
from tests.support.server import ROOT, HubProcess, free_port

IDLE_SECONDS = 15


def measure_start(data_dir: Path) -> list[Figure]:
    """Measure `make run` on an unchanged tree, from the command to the first page."""
    port = free_port()
    environment = {**os.environ, "HUB_PORT": str(port), "HUB_DATA_DIR": str(data_dir)}
    started = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if time.monotonic() - started > 60:
                raise TimeoutError("make run did not answer within a minute")
            time.sleep(0.01)
        took = time.monotonic() - started
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    return [Figure("second `make run` to the first page", f"{took:.2f} s", "3 s", took < 3)]


def measure_idle(hub: HubProcess, pid: int) -> list[Figure]:
    """Measure memory and processor time of all processes of an idle hub."""
    share, processes = idle_share(pid), _processes(pid)
    resident = sum(each.memory_info().rss for each in processes) / 2**20
    return [
        Figure(f"resident memory, idle, {len(processes)} processes", f"{resident:.0f} MiB", "300 MiB", resident < 300),
        Figure(f"processor, idle, over {IDLE_SECONDS} s", f"{share:.1f} % of a core", "8 %", share < 8),
    ]


def idle_share(pid: int) -> float:
    """Return the processor time of a hub and its children over a while, per cent of a core."""
    processes = _processes(pid)
    before = sum(sum(each.cpu_times()[:2]) for each in processes)
    time.sleep(IDLE_SECONDS)
    used = sum(sum(each.cpu_times()[:2]) for each in processes) - before
    return 100 * used / IDLE_SECONDS


def _processes(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _answers(url: str) -> bool:
    try:
        with open_direct(url, seconds=1) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
