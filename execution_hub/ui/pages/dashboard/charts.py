"""How the dashboard's charts look: what they are told and in which words; the browser draws them."""

import reflex as rx

from execution_hub.ui.components.charts import trend_charts
from execution_hub.ui.components.status import status_words
from execution_hub.ui.pages.dashboard.charts_state import ChartsState
from execution_hub.ui.text import LOCALE, t


def charts_card() -> rx.Component:
    """Show the charts, closed or open."""
    words = {
        "title": t("Trends"),
        "show": t("Show the charts"),
        "hide": t("Hide the charts"),
        "span": t("Range of the charts"),
        "24h": t("24 h"),
        "7d": t("7 d"),
        "30d": t("30 d"),
        "started": t("Executions"),
        "durations": t("Time it took"),
        "durations_hint": t("without waiting for a person"),
        "uses": t("Tokens and cost"),
        "uses_hint": t("By agent and workflow"),
        "others": t("Others"),
        "workflows": t("Workflow runs"),
        "none": t("Nothing was started in this time."),
        "none_ended": t("Nothing has ended in this time."),
        "none_used": t("No tokens were used in this time."),
        "failed_to_load": t("The charts could not be read. They come back with the hub."),
        "table": t("As a table"),
        "time": t("Time"),
        "median": t("Median"),
        "p95": t("p95"),
        "agent": t("Agent"),
        "tokens": t("Tokens"),
        "cost": t("Cost"),
        "total": t("{n} in all", n="{n}"),
    }
    return trend_charts(
        charts=ChartsState.charts,
        opened=ChartsState.opened,
        span=ChartsState.span,
        is_failed=ChartsState.is_failed,
        words=rx.Var.create({**words, **status_words()}),
        locale=LOCALE,
        on_look=ChartsState.look,
        on_look_away=ChartsState.look_away,
        on_toggle=ChartsState.toggle,
        on_span=ChartsState.choose_span,
    )
