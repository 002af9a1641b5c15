"""Samples, and what a table says of them."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        value: What came out, with its unit.
        goal: What was promised, with its unit.
        is_met: Whether the promise holds.
    """

    name: str
    value: str
    goal: str
    is_met: bool


def quantile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that at least this share of all do not exceed (nearest rank)."""
    ranked = sorted(samples)
    return ranked[max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1)]


def machine() -> str:
    """Describe the machine in one line: cores, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [f"| {each.name} | {each.value} | {each.goal} | {'yes' if each.is_met else 'NO'} |" for each in figures]
    return "\n".join(["| what | measured | goal | met |", "|---|---|---|---|", *rows])


def write(path: Path, text: str) -> None:
    """Write a result, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")
