"""`make bench`: measures, prints a table, writes it to bench/results/."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import fanout, live, process, reliability, streaming, workflow
from bench.figures import machine, table, write
from tests.support.server import HubProcess

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run all benchmarks.

    Returns:
        0 if every goal was met, else 1.
    """
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "data").start()
        try:
            figures = [*process.measure_idle(hub, hub.pid), *live.measure(hub), *fanout.measure(hub)]
        finally:
            hub.stop()
        figures += streaming.measure(Path(folder) / "streaming")
        figures += workflow.measure(Path(folder) / "workflow")
        figures += reliability.measure(Path(folder) / "reliability")
        figures += process.measure_start(Path(folder) / "again")
    text = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{table(figures)}"
    print(text)
    write(RESULTS / "latest.md", text)
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
