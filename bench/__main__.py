"""`make bench`: measures, prints a table, writes it to bench/results/.

`python -m bench million` measures a million executions alone: it takes minutes and some GB of disk.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import fanout, live, million, process, reliability, streaming, workflow
from bench.figures import Figure, machine, table, write
from tests.support.server import HubProcess

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run all benchmarks, or the one that is named.

    Returns:
        0 if every goal was met, else 1.
    """
    is_million = sys.argv[1:] == ["million"]
    with tempfile.TemporaryDirectory() as folder:
        figures = [] if is_million else _usual(Path(folder))
        figures += million.measure(Path(folder) / "million")
    text = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{table(figures)}"
    print(text)
    write(RESULTS / ("million.md" if is_million else "latest.md"), text)
    return 0 if all(figure.is_met for figure in figures) else 1


def _usual(folder: Path) -> list[Figure]:
    hub = HubProcess(folder / "data").start()
    try:
        figures = [*process.measure_idle(hub, hub.pid), *live.measure(hub), *fanout.measure(hub)]
    finally:
        hub.stop()
    figures += streaming.measure(folder / "streaming")
    figures += workflow.measure(folder / "workflow")
    figures += reliability.measure(folder / "reliability")
    return [*figures, *process.measure_start(folder / "again")]


if __name__ == "__main__":
    sys.exit(main())
