"""Run all tests and count them by kind. Ends as pytest ends."""

import sys
from collections import Counter
from pathlib import Path

import pytest

# Much of what is tested waits, so one more than two cores; more than that would fight for them.
WORKERS = 3
KINDS = ("unit", "integration", "browser")


class Counting:
    """Counts tests by the folder they are in."""

    def __init__(self) -> None:
        self.passed: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what began and what passed; here and not at the collection, which happens in other processes."""
        if report.when == "setup":
            self.total[kind_of(report.nodeid)] += 1
        if report.when == "call" and report.passed:
            self.passed[kind_of(report.nodeid)] += 1


def kind_of(node: str) -> str:
    """Return the kind of a test from its id: `tests/unit/test_x.py::test_y` is `unit`."""
    return Path(node.split("::", 1)[0]).parts[1]


def main() -> int:
    """Run pytest with the words given and print the counts."""
    counting = Counting()
    # A file at a time on each core: what a file shares (a browser, a hub) is made once.
    status = pytest.main(["-n", str(WORKERS), "--dist", "loadfile", *sys.argv[1:]], plugins=[counting])
    print("\nTests passed, by kind:")
    for kind in KINDS:
        print(f"  {kind:<12} {counting.passed[kind]} of {counting.total[kind]}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
