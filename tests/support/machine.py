"""Another machine, as far as this one can play it: its network and its clock are its own, its processor is not."""

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from tests.support.cluster import Cluster, WorkerProcess
from tests.support.network import BadNetwork
from tests.support.server import START_SECONDS, poll

FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# Nobody's: of a neighbour that does not answer.
NOBODY = "02:00:00:00:00:99"


def has_clocks() -> bool:
    """Return whether a process here may have a clock of its own: whether there is libfaketime."""
    return bool(FAKETIME)


@lru_cache
def has_networks() -> bool:
    """Return whether a process here may have a network of its own: whether the kernel lets us make one."""
    if shutil.which("ip") is None:
        return False
    name = f"hub-probe-{os.getpid()}"
    made = subprocess.run(("ip", "netns", "add", name), capture_output=True, check=False).returncode == 0
    if made:
        _run("ip", "netns", "delete", name)
    return made


class MachineWorker(WorkerProcess):
    """A worker on another machine, where only that machine reaches its port."""

    def until_ready(self) -> "MachineWorker":
        """Wait until it says that it is ready."""

        def is_ready() -> bool:
            assert not self.is_over, self.log.read_text()[-4000:]
            return "is ready" in self.log.read_text()

        poll(is_ready, START_SECONDS)
        return self


class Machine:
    """A machine with a cable to the database and one to the provider.

    Where the kernel allows it, each cable is a pair of virtual ones, into a network namespace; what is lost there is
    lost without a word, as by a switch. All that goes to the database passes a proxy, too, which loses what it has
    acknowledged, or cuts it.

    Attributes:
        way: The proxy before the database.
    """

    _numbers: ClassVar[Iterator[int]] = itertools.count(os.getpid())

    def __init__(self, database_port: int, provider_port: int, clock_seconds: float = 0.0) -> None:
        """Set it up.

        Args:
            database_port: Of this machine, where the database listens.
            provider_port: The same of the provider.
            clock_seconds: What its clock is ahead.
        """
        number = next(self._numbers)
        self._clock_seconds = clock_seconds if has_clocks() else 0.0
        self._space = f"hub-{number}" if has_networks() else ""
        self._cables = {"d": f"198.18.{number % 250}", "p": f"198.19.{number % 250}"} if self._space else {}
        self._ends = {kind: (f"hub{kind}{number}", f"in{kind}{number}") for kind in self._cables}
        if self._space:
            self._plug()
        hosts = [f"{net}.1" for net in self._cables.values()] or ["127.0.0.1"] * 2
        self.way = BadNetwork(database_port, hosts[0]).start()
        self._provider = BadNetwork(provider_port, hosts[1]).start()

    def worker(self, cluster: Cluster) -> MachineWorker:
        """Start a worker here, and wait until it is ready.

        Args:
            cluster: Its hub.
        """
        settings = {
            "HUB_DATABASE_URL": self.way.instead_of(cluster.url),
            "ANTHROPIC_BASE_URL": self._provider.url,
        }
        if self._clock_seconds:
            settings |= {
                "LD_PRELOAD": str(FAKETIME[0]),
                "FAKETIME": f"{self._clock_seconds:+.0f}s",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "PYTHONPATH": str(Path(__file__).with_name("skewed")),
            }
        inside = ("ip", "netns", "exec", self._space) if self._space else ()
        command = (*inside, sys.executable, "-m", "execution_hub.cli", "worker")
        return cluster.add(MachineWorker, *command, **settings).start()

    def partition(self) -> None:
        """Lose all that goes to the database and comes from there, until it is healed."""
        if not self._space:
            self.way.fall_silent()
            return
        self._mislead()

    @contextmanager
    def lossy(self) -> Iterator[None]:
        """Lose what the cable to the database carries, for a moment; without a namespace, cut it."""
        if not self._space:
            self.way.go_away()
            yield
            self.way.come_back()
            return
        self._mislead()
        yield
        outer, inner = self._ends["d"]
        _run("ip", "neigh", "del", f"{self._cables['d']}.2", "dev", outer)
        _run("ip", "-n", self._space, "neigh", "del", f"{self._cables['d']}.1", "dev", inner)

    def close(self) -> None:
        """Take it down; what still runs there hears nothing any more."""
        self.way.stop()
        self._provider.stop()
        if self._space:
            for outer, _ in self._ends.values():
                with suppress(subprocess.CalledProcessError):
                    _run("ip", "link", "delete", outer)
            with suppress(subprocess.CalledProcessError):
                _run("ip", "netns", "delete", self._space)

    def _plug(self) -> None:
        _run("ip", "netns", "add", self._space)
        _run("ip", "-n", self._space, "link", "set", "lo", "up")
        for kind, net in self._cables.items():
            outer, inner = self._ends[kind]
            _run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self._space)
            _run("ip", "address", "add", f"{net}.1/30", "dev", outer)
            _run("ip", "link", "set", outer, "up")
            _run("ip", "-n", self._space, "address", "add", f"{net}.2/30", "dev", inner)
            _run("ip", "-n", self._space, "link", "set", inner, "up")

    def _mislead(self) -> None:
        """Have both ends of the cable to the database send to nobody: it carries on, and nothing arrives."""
        outer, inner = self._ends["d"]
        wrong = ("lladdr", NOBODY, "nud", "permanent")
        _run("ip", "neigh", "replace", f"{self._cables['d']}.2", *wrong, "dev", outer)
        _run("ip", "-n", self._space, "neigh", "replace", f"{self._cables['d']}.1", *wrong, "dev", inner)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
