"""Run all tests and count them by kind. Ends as pytest ends."""

import os
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
# More than two cores: most of the time a test waits.
WORKERS = 4
KINDS = ("unit", "integration", "browser")
# The files that need the export, which is made once and takes the longest of all.
EXPORTED = (
    "tests/browser/test_reflex_run.py",
    "tests/integration/deploy/test_deploy.py",
    "tests/integration/deploy/test_export.py",
    "tests/integration/deploy/test_export_served.py",
)
# Files of long tests that share nothing among them.
APART = (
    "tests/integration/engine/test_chaos.py",
    "tests/integration/engine/test_restart.py",
    "tests/integration/deploy/test_rollback.py",
    "tests/integration/deploy/test_start_faults.py",
    "tests/integration/engine/test_workflow_restart.py",
    "tests/integration/ui/test_fuzzed.py",
)


# What a test file says that starts a hub as a person does: the first of them waits for the pages to be built.
PAGES = re.compile("HubProcess|hub_process|shared_hub|claude_hub|new_page|exported|cluster|fuzz_all")
BUILT = "*/in-use"


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Hands out a file at a time, so that what it shares (a browser, a hub) is made once, and what is long first.

    On a new machine the pages are built first, once for all. Until they are there, one worker builds them and another
    the export; the others do what needs no pages instead of waiting for them. Who makes the export has no browser as
    long as there is other work: tests in a browser wait half of the time, and what it does instead computes.
    """

    _is_building = False
    _exporter: Any = None

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file in EXPORTED:
            return EXPORTED[0]
        return nodeid if file in APART else file

    def _assign_work_unit(self, node: Any) -> None:
        scope = min(self.workqueue, key=_rank)
        if scope in EXPORTED:
            self._exporter = node
        elif node is self._exporter:
            scope = min(self.workqueue, key=lambda each: (kind_of(each) == "browser", _rank(each)))
        elif kind_of(scope) == "browser" and not any((ROOT / ".build").glob(BUILT)):
            if self._is_building:
                scope = min(self.workqueue, key=lambda each: (_needs_pages(each), _rank(each)))
            self._is_building = True
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


@cache
def _text(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


def _needs_pages(scope: str) -> bool:
    return PAGES.search(_text(scope.split("::", 1)[0])) is not None


def _rank(scope: str) -> int:
    """Return when a unit of work is handed out, the lowest first: at the end nobody should wait for a long one."""
    file = scope.split("::", 1)[0]
    order = (file in EXPORTED, kind_of(file) == "browser", file in APART, kind_of(file) == "integration", True)
    return order.index(True)


class Running:
    """Distributes the tests, and counts them by the folder they are in."""

    def __init__(self) -> None:
        self.passed: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Scheduling:
        """Hand out the tests in our own order."""
        return Scheduling(config, log)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what began and what passed; here and not at the collection, which happens in other processes."""
        if report.when == "setup":
            self.total[kind_of(report.nodeid)] += 1
        if report.when == "call" and report.passed:
            self.passed[kind_of(report.nodeid)] += 1
        if report.failed:
            # At once: who watches a long run need not wait for its end to know what to mend.
            print(f"\nFAILED ({report.when}) {report.nodeid}", file=sys.stderr, flush=True)


def kind_of(node: str) -> str:
    """Return the kind of a test from its id: `tests/unit/test_x.py::test_y` is `unit`."""
    return Path(node.split("::", 1)[0]).parts[1]


def main() -> int:
    """Run pytest with the words given and print the counts."""
    # Each of some two hundred processes would compile all of the hub anew, and each worker all tests.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    running = Running()
    status = pytest.main(["-n", str(WORKERS), *sys.argv[1:]], plugins=[running])
    print("\nTests passed, by kind:")
    for kind in KINDS:
        print(f"  {kind:<12} {running.passed[kind]} of {running.total[kind]}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
