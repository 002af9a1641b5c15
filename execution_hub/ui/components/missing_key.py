"""What an agent's model lacks to answer: said before anybody presses Test."""

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import notice
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t
from execution_hub.views.addresses import SETTINGS


def key_tag(variable: rx.Var[str]) -> rx.Component:
    """Say that a model needs a key, as a small tag; which one stands in its hint.

    Args:
        variable: The variable of the environment; empty for nothing.
    """
    told = rx.el.span(
        icon("key"),
        t("needs a key"),
        class_name="tag needs-key",
        title=t("Set {name} and restart the hub.", name=variable),
        data_testid="needs-key",
    )
    return rx.cond(variable != "", told)


def key_notice(variable: rx.Var[str]) -> rx.Component:
    """Say that a test would fail for want of a key, and what to do.

    Args:
        variable: The variable of the environment; empty for nothing.
    """
    text = t("Its model needs a key, and there is none: a test would fail. Set {name} and restart.", name=variable)
    told = notice(_with_settings(text), kind="warn", icon="key", role="note", data_testid="key-notice")
    return rx.cond(variable != "", told)


def keys_notice(variable: rx.Var[str]) -> rx.Component:
    """Say above a list that some of it needs a key, and that the rest comes first.

    Args:
        variable: The variable of the environment; empty for nothing.
    """
    text = t("No key yet: those that answer offline come first. For the others, set {name} and restart.", name=variable)
    return rx.cond(variable != "", notice(_with_settings(text), icon="key", role="note", data_testid="key-notice"))


def _with_settings(text: rx.Var[str]) -> rx.Component:
    # What the hub has found is said there.
    return rx.fragment(text, " ", page_link(t("Settings"), href=SETTINGS))
