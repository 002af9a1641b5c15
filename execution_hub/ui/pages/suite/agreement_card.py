"""How far the judges of this suite agree with people, as a card: what a judge's verdict is worth."""

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.pages.suite.agreement_state import AgreementState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, tn


def agreement_card() -> rx.Component:
    """Show it, where people have marked what judges have judged."""
    state = AgreementState
    return rx.cond(
        state.total > 0,
        card(
            rx.el.p(
                tn(
                    "Judges and people agree about {alike} of {n} marked answer.",
                    "Judges and people agree about {alike} of {n} marked answers.",
                    state.total,
                    alike=state.alike,
                )
            ),
            rx.cond(
                state.alike < state.total,
                rx.el.p(
                    t(
                        "A judge let {passed} pass that a person finds wrong, and refused {refused} that one finds "
                        "right:",
                        passed=state.only_judge,
                        refused=state.only_person,
                    ),
                    rx.foreach(
                        state.disagreed, lambda each: rx.fragment(" ", page_link("#", each, href=execution_path(each)))
                    ),
                    class_name="muted",
                ),
            ),
            title=t("Judges and people"),
            data_testid="agreement",
        ),
    )
