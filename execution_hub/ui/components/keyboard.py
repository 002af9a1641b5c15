"""The keys of the pages: one table says what each does, for those who press it and for the help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import t
from execution_hub.words.marking import N_

Keyboard = browser_component("keyboard.jsx", "Keyboard", groups=list[dict[str, object]], words=dict[str, str])
Opener = browser_component("keyboard.jsx", "Opener", opens=str)
Arrival = browser_component("arrival.jsx", "Arrival")


@dataclass(frozen=True, slots=True)
class Key:
    """One or two keys that belong together.

    Attributes:
        acts: What each does, by the key as the browser calls it, a capital letter with Shift: the `data-act` of the
            control that is pressed, or an act that keyboard.jsx knows.
        words: What they do, in English.
    """

    acts: Mapping[str, str]
    words: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of a kind of page, as the help shows them."""

    title: str
    keys: Sequence[Key]


_EVERYWHERE = Keys(
    N_("Everywhere"),
    (
        Key({"Ctrl K": "palette"}, N_("Search or jump")),
        Key({"/": "search"}, N_("Search")),
        Key({"u": "undo"}, N_("Bring back what was deleted")),
        Key({"?": "help"}, N_("This help")),
        Key({"Escape": "leave"}, N_("Close or leave")),
    ),
)
_MOVES = (
    Key({"j": "next", "k": "previous"}, N_("Next and previous")),
    Key({"Enter": "open"}, N_("Open it")),
)
CARD_KEYS = Keys(
    N_("In the list"),
    (*_MOVES, Key({"n": "new"}, N_("Make a new one")), Key({"r": "run"}, N_("Run it"))),
)
HISTORY_KEYS = Keys(
    N_("In the list"),
    (
        *_MOVES,
        Key({"x": "select"}, N_("Select it")),
        Key({"J": "extend-next", "K": "extend-previous"}, N_("Extend the selection")),
        Key({"a": "pick-all"}, N_("Select all shown")),
        Key({"c": "stop"}, N_("Stop it")),
        Key({"r": "again", "t": "again-today"}, N_("Run it again as it ran, or as it would today")),
        Key({"m": "mark", "p": "pin"}, N_("Mark it right or wrong, and pin it as a case")),
        Key({"o": "unfold"}, N_("Show or hide what it has run")),
        Key({"d": "delete"}, N_("Delete it")),
        Key({"C": "stop-picked", "D": "delete-picked"}, N_("Stop and delete what is selected")),
    ),
)
EXECUTION_KEYS = Keys(
    N_("This execution"),
    (
        Key({"j": "go-after", "k": "go-before"}, N_("Next and previous of the list it was opened from")),
        Key({"a": "approve", "n": "reject"}, N_("Go to Approve and Reject")),
        Key({"c": "stop"}, N_("Stop it")),
        Key({"r": "again", "t": "again-today"}, N_("Run it again as it ran, or as it would today")),
        Key({"e": "edit"}, N_("Edit and run it")),
        Key({"m": "mark", "p": "pin"}, N_("Mark it right or wrong, and pin it as a case")),
        Key({"d": "delete"}, N_("Delete it")),
        Key({"v": "view"}, N_("Show the output in another way")),
        Key({"y": "copy"}, N_("Copy the output")),
    ),
)


def keyboard(*groups: Keys) -> rx.Component:
    """Listen to the keys, and hold the help; never while something is typed.

    Args:
        *groups: The keys of the page, besides those of every page.
    """
    words = {
        "title": t("Keyboard"),
        "close": t("Close"),
        "single": t("Single-key shortcuts"),
    }
    shown = [
        {
            "title": t(group.title),
            "keys": [{"acts": dict(key.acts), "label": t(key.words)} for key in group.keys],
        }
        for group in (*groups, _EVERYWHERE)
    ]
    return Keyboard.create(groups=rx.Var.create(shown), words=rx.Var.create(words))


def opener(*children: object, opens: str, **props: object) -> rx.Component:
    """Show a button that opens the help or the palette.

    Args:
        *children: What it shows.
        opens: `help` or `palette`.
        **props: Further props of the `button`; names with a hyphen in `custom_attrs`.
    """
    return Opener.create(*children, opens=opens, **props)


def arrival() -> rx.Component:
    """Give the heading the focus when another page of the hub is opened, and say its name."""
    return Arrival.create()
