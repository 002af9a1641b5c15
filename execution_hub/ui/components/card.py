"""Surfaces: the glass card, facts in two columns, what to show when there is nothing."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.icons import icon as draw_icon

Text = rx.Var[str] | str


def card(
    *children: Any, title: Text | None = None, aside: Any = None, class_name: str = "", **props: Any
) -> rx.Component:
    """Show a glass card with an optional heading.

    Args:
        *children: Its content.
        title: Its heading.
        aside: What stands at the right of the heading: a word or small controls.
        class_name: More classes.
        **props: Further props of the `section`.
    """
    head = (
        rx.el.header(
            rx.el.h2(title),
            rx.el.div(aside, class_name="aside") if aside is not None else rx.fragment(),
            class_name="card-head",
        )
        if title is not None
        else rx.fragment()
    )
    return rx.el.section(head, *children, class_name=f"card pad {class_name}".strip(), **props)


def facts(*pairs: tuple[Text, Any], class_name: str = "") -> rx.Component:
    """Show names and values in two columns.

    Args:
        *pairs: Each a name and a value: text or a component.
        class_name: More classes.
    """
    return rx.el.dl(
        *(part for name, value in pairs for part in (rx.el.dt(name), rx.el.dd(value))),
        class_name=f"facts {class_name}".strip(),
    )


def empty_state(icon: str, title: Text, text: Text, action: Any = None, **props: Any) -> rx.Component:
    """Say that there is nothing here, and teach the next step with one button.

    Args:
        icon: Name of an icon.
        title: What there is not.
        text: What to do.
        action: The one button.
        **props: Further props, such as `data_testid`.
    """
    return rx.el.div(
        rx.el.span(draw_icon(icon, class_name="i big"), class_name="empty-icon"),
        rx.el.h2(title),
        rx.el.p(text),
        action if action is not None else rx.fragment(),
        class_name="empty",
        **props,
    )


def notice(text: Text, *, kind: str = "info", icon: str = "activity", **props: Any) -> rx.Component:
    """Show a line that stands out from the page.

    Args:
        text: The line.
        kind: `info`, `good` or `bad`.
        icon: Name of an icon.
        **props: Further props, such as `role`.
    """
    return rx.el.div(draw_icon(icon), rx.el.span(text, dir="auto"), class_name=f"notice {kind}", **props)


def skeleton(width: str = "100%", height: str = "14px") -> rx.Component:
    """Show a grey bar in the place and size of what will come.

    Args:
        width: As in CSS.
        height: As in CSS.
    """
    return rx.el.span(class_name="skeleton", style={"width": width, "height": height}, aria_hidden=True)
