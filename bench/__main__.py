"""`make bench`: measures, prints a table, writes it to bench/results/.

`python -m bench live streaming` measures these parts alone and writes nothing; `python -m bench million` measures
a million executions alone (minutes, and some GB of disk), and writes its own table.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    acting,
    burst,
    cluster,
    editor,
    fanout,
    live,
    million,
    motion,
    process,
    reliability,
    streaming,
    suites,
    workflow,
)
from bench.figures import Figure, machine, table, write
from tests.support.server import HubProcess

RESULTS = Path(__file__).parent / "results"
MILLION = "million"


def main() -> int:
    """Run all benchmarks, or those that are named.

    Returns:
        0 if every goal was met, 1 if not, 2 if a name is none of ours.
    """
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        print(f"No such part: {', '.join(sorted(unknown))}. Use {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            found = PARTS[name](_made(Path(folder) / name))
            # At once: all of it takes half an hour, and whoever ends it before has what was measured.
            print(f"{name}\n{table(found)}\n", file=sys.stderr, flush=True)
            figures += found
    text = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{table(figures)}"
    print(text)
    if names == [MILLION]:
        write(RESULTS / "million.md", text)
    elif names == list(PARTS):
        write(RESULTS / "latest.md", text)
    return 0 if all(figure.is_met for figure in figures) else 1


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _on_a_hub(measure: Callable[[HubProcess], list[Figure]]) -> Callable[[Path], list[Figure]]:
    def measure_in(folder: Path) -> list[Figure]:
        hub = HubProcess(folder / "data").start()
        try:
            return measure(hub)
        finally:
            hub.stop()

    return measure_in


PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "idle": _on_a_hub(lambda hub: process.measure_idle(hub, hub.pid)),
    "live": _on_a_hub(live.measure),
    "fanout": _on_a_hub(fanout.measure),
    "motion": _on_a_hub(motion.measure),
    "burst": _on_a_hub(burst.measure),
    "streaming": streaming.measure,
    "workflow": workflow.measure,
    "acting": acting.measure,
    "suites": suites.measure,
    "editor": _on_a_hub(editor.measure),
    "reliability": reliability.measure,
    "cluster": cluster.measure,
    "start": process.measure_start,
    MILLION: million.measure,
}


if __name__ == "__main__":
    sys.exit(main())
