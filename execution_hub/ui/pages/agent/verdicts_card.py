"""How an agent fared in the suites that test it."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.card import card
from execution_hub.ui.components.verdicts import suite_trend, verdict_badge, verdict_marks
from execution_hub.ui.pages.agent.verdicts_state import AgentVerdicts
from execution_hub.ui.routes import suite_path
from execution_hub.ui.text import t


def verdicts_card() -> rx.Component:
    """Show the last verdicts of each suite; nothing where none has tested it."""
    return rx.cond(
        AgentVerdicts.suites.length() > 0,
        card(
            rx.el.ul(
                rx.foreach(AgentVerdicts.suites, lambda trend: suite_trend(trend, suite_path(trend.newest.suite_id))),
                class_name="suite-trends",
            ),
            title=t("Suites"),
            data_testid="agent-verdicts",
        ),
    )


def newest_verdict() -> rx.Component:
    """Show the newest verdict beside the agent's name."""
    newest = AgentVerdicts.overall.newest
    return rx.cond(newest.execution_id > 0, verdict_badge(newest, data_testid="agent-verdict"))


def version_verdicts(row: Any) -> rx.Component:
    """Show the verdicts that a version had.

    Args:
        row: A VersionRow.
    """
    number = row.version.to_string()
    found = AgentVerdicts.by_version
    return rx.cond(found.contains(number), verdict_marks(found[number]))
