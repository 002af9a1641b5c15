"""Charts of a suite's runs over time, drawn in the browser by recharts: for every page that is about a suite."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.charts import RECHARTS
from execution_hub.ui.suite_charts_state import SuiteChartsState
from execution_hub.ui.text import LOCALE, t

Charts = browser_component(
    "charts/suite.jsx",
    "SuiteCharts",
    packages=[RECHARTS],
    suite=int,
    shown=int,
    points=Any,
    words=dict[str, str],
    locale=str,
    on_look=event(int),
    on_look_away=event(),
)


def suite_charts(suite_id: Any) -> rx.Component:
    """Show how the runs of a suite went: pass rate, cost and time.

    Args:
        suite_id: Which suite; 0 for none yet.
    """
    words = {
        "title": t("Over its runs"),
        "rate": t("Pass rate"),
        "cost": t("Cost"),
        "time": t("Time"),
        "none": t("No run of this suite has ended yet."),
        "no_cost": t("Nobody told what the runs cost."),
        "no_time": t("Nobody told how long the runs took."),
        "table": t("As a table"),
        "run": t("Run"),
        "when": t("When"),
        "verdict": t("Verdict"),
        "passed_cells": t("Cells that passed"),
        "passed": t("passed"),
        "failed": t("not passed"),
    }
    return Charts.create(
        suite=suite_id,
        shown=SuiteChartsState.shown,
        points=SuiteChartsState.points,
        words=rx.Var.create(words),
        locale=LOCALE,
        on_look=SuiteChartsState.look,
        on_look_away=SuiteChartsState.look_away,
    )
