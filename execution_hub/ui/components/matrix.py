"""The matrix of a suite's run, drawn in the browser."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.icons import icon_path
from execution_hub.ui.matrix import MatrixState
from execution_hub.ui.text import t
from execution_hub.views.matrix import BLOCKS, CellState, TargetHead, block_name
from execution_hub.words.of_runs import CELLS, MARKS

Matrix = browser_component(
    "matrix.jsx",
    "Matrix",
    cases=list[str],
    heads=list[TargetHead],
    repeats=int,
    blocks=list[str],
    opened=int,
    words=dict[str, str],
    icons=dict[str, str],
    on_open=event(int),
    on_news=event(int),
)
CELL_ICONS = {
    CellState.QUEUED: "clock",
    CellState.RUNNING: "spinner",
    CellState.WAITING: "hand",
    CellState.PASSED: "check",
    CellState.FAILED: "cross",
    CellState.ERROR: "warning",
    CellState.LEFT: "minus",
}


def matrix(*, opened: rx.Var[int], on_open: Any, on_news: Any) -> rx.Component:
    """Show the cells of the run that the page follows.

    Args:
        opened: The number of the cell that is open; -1 for none.
        on_open: Called with the number of a cell that was pressed.
        on_news: Called with the number of the open cell when something has come of it.
    """
    plan = MatrixState.plan
    return Matrix.create(
        cases=plan.cases,
        heads=plan.targets,
        repeats=plan.repeats,
        blocks=rx.Var.create([getattr(MatrixState, block_name(place)) for place in range(BLOCKS)]),
        opened=opened,
        on_open=on_open,
        on_news=on_news,
        words=_words(),
        icons={state.value: icon_path(name) for state, name in CELL_ICONS.items()},
    )


def _words() -> dict[str, rx.Var[str]]:
    return {
        **{name: t(text) for name, text in (*CELLS.items(), *MARKS.items())},
        "caption": t("What came of each case on each target"),
        "case": t("Case"),
        "repeat": t("repeat {n}", n="{n}"),
        "workflow": t("workflow"),
        "version": t("version {n}", n="{n}"),
        "of": t("{n} of {m}", n="{n}", m="{m}"),
        "filters": t("Which cases are shown"),
        "filter_all": t("All"),
        "filter_failed": t("Failed"),
        "filter_flaky": t("Flaky"),
        "filter_errors": t("Errors"),
        "none_fits": t("No case of these"),
        "pages": t("Pages of cases"),
        "before": t("Previous"),
        "after": t("Next"),
        "range": t("{from} to {to} of {n}", **{"from": "{from}", "to": "{to}", "n": "{n}"}),
    }
