"""`make chaos`: the faults of the suite at length, and a table of what was counted."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.chaos import calls, cluster, diamond, kills, postgres_restart, soak, suites
from tests.support.messages_server import MessagesServer
from tests.support.postgres import OwnPostgres

HEAD = (
    "| fault | times | executions | attempts that died | given up after three deaths | lost | repeated "
    "| changed, mixed or ended twice |"
)


def main() -> int:
    """Cause every fault; returns 0 if nothing was lost, repeated or wrong."""
    parser = argparse.ArgumentParser(description="Cause faults for real and count what goes wrong.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--executions", type=int, default=500)
    parser.add_argument("--diamonds", type=int, default=20, help="kills in the middle of a diamond")
    parser.add_argument("--calls", type=int, default=50, help="kills before, during and after calls of tools")
    parser.add_argument("--suites", type=int, default=20, help="kills in the middle of a suite's run")
    parser.add_argument("--cluster", type=float, default=10, metavar="MINUTES", help="faults of several processes")
    parser.add_argument("--soak", type=float, default=300, metavar="SECONDS", help="how long memory is watched")
    words = parser.parse_args()
    rows: list[str] = []
    is_clean = True
    postgres = OwnPostgres()
    try:
        for database in ("SQLite", "PostgreSQL"):
            for fault in ("kill -9, agent tests", "kill -9, diamonds"):
                with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
                    url = f"sqlite:///{name}/app.sqlite3"
                    if database == "PostgreSQL":
                        base = f"chaos_{len(rows)}"
                        postgres.server.execute(f"CREATE DATABASE {base}")
                        url = postgres.server.url(base)
                    found: diamond.Report | kills.Report
                    if "diamonds" in fault:
                        found = diamond.run(Path(name), server, url, words.diamonds, at_once=1)
                    else:
                        found = kills.run(Path(name), server, url, words.kills, words.executions)
                rows.append(found.row(f"{fault}, {database}"))
                is_clean &= found.is_clean
                print(rows[-1], flush=True)
                if not found.is_clean:
                    print(found, file=sys.stderr)
        with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
            acting = calls.run(Path(name), server, f"sqlite:///{name}/app.sqlite3", words.calls)
        is_clean &= acting.is_clean
        print(f"{calls.HEAD}\n{acting.row('kill -9, calls of tools, SQLite')}", flush=True)
        with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
            judged = suites.Chaos(Path(name), server, f"sqlite:///{name}/app.sqlite3").run(words.suites)
        is_clean &= judged.is_clean
        print(f"{suites.HEAD}\n{judged.row('kill -9, a suite with judges, SQLite')}", flush=True)
        with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
            restarted = postgres_restart.run(Path(name), server, restarts=5, count=60)
        rows.append(restarted.row("PostgreSQL restarted under load"))
        is_clean &= restarted.is_clean
    finally:
        postgres.close()
    is_clean &= _cluster(60 * words.cluster)
    is_clean &= _network()
    is_clean &= _soak(words.soak)
    print("\n".join(("", HEAD, "|---|---|---|---|---|---|---|---|", *rows)))
    return 0 if is_clean else 1


def _cluster(seconds: float) -> bool:
    """Cause faults of a hub of several processes; prints what was counted."""
    report = cluster.run(seconds, pause_seconds=0.5)
    print(report.table(), flush=True)
    return report.is_clean


def _network() -> bool:
    """Cut, delay and silence the network between a browser and the hub; prints what was counted."""
    return subprocess.run((sys.executable, "-m", "tests.chaos.network"), check=False).returncode == 0


def _soak(seconds: float) -> bool:
    """Keep a hub busy with faults and stops; prints how its memory went."""
    with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
        report = soak.run(Path(name), server, seconds)
    print(report.words())
    return report.is_clean


if __name__ == "__main__":
    sys.exit(main())
