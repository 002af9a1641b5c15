"""Buttons, links that look like buttons, and chips."""

from typing import Any, Literal

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.icons import icon as draw_icon
from execution_hub.ui.text import t

HubButton = browser_component("connection.jsx", "HubButton", unreachable=str, disabled=bool, title=str)

Kind = Literal["plain", "primary", "danger", "quiet"]
_CLASSES = {"plain": "btn", "primary": "btn primary", "danger": "btn danger", "quiet": "btn quiet"}


def button(
    label: rx.Var[str] | str,
    *,
    icon: str | None = None,
    kind: Kind = "plain",
    busy: "rx.Var[bool] | bool" = False,
    disabled: "rx.Var[bool] | bool" = False,
    class_name: str = "",
    needs_hub: bool = False,
    **props: Any,
) -> rx.Component:
    """Show a button; while busy it is disabled and its icon turns into a spinner.

    Args:
        label: What it does.
        icon: Name of an icon before the label.
        kind: `primary` for the one thing to do here, `danger` for what cannot be undone.
        busy: Whether what it started still goes on.
        disabled: Whether it cannot be pressed now.
        class_name: More classes.
        needs_hub: Whether it is off while the hub is out of reach: see `hub_button`.
        **props: Further props of the `button`: `on_click`, `type`, `aria_label`, `data_testid`, …
    """
    lead = rx.cond(busy, draw_icon("spinner", class_name="i spin"), draw_icon(icon) if icon else rx.fragment())
    if not needs_hub:
        props.setdefault("type", "button")
    draw = hub_button if needs_hub else rx.el.button
    return draw(
        lead,
        rx.el.span(label),
        disabled=rx.Var.create(busy) | rx.Var.create(disabled),
        aria_busy=busy,
        class_name=f"{_CLASSES[kind]} {class_name}".strip(),
        **props,
    )


def hub_button(*children: Any, **props: Any) -> rx.Component:
    """Show a button for what only the hub can do now: while it is out of reach, it is off and its hint says so.

    Args:
        *children: What it shows.
        **props: The props of `rx.el.button`, but for its type, which is `button`.
    """
    attributes = props.pop("custom_attrs", {}) | {
        name.replace("_", "-"): props.pop(name) for name in list(props) if name.startswith(("aria_", "data_"))
    }
    unreachable = t("The hub cannot be reached right now.")
    title = props.pop("title", "")
    disabled = props.pop("disabled", False)
    return HubButton.create(
        *children, unreachable=unreachable, title=title, disabled=disabled, custom_attrs=attributes, **props
    )


def link_button(
    label: rx.Var[str] | str,
    href: rx.Var[str] | str,
    *,
    icon: str | None = None,
    kind: Kind = "plain",
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Show a link to another page that looks like a button.

    Args:
        label: Where it leads.
        href: The address.
        icon: Name of an icon before the label.
        kind: See `button`.
        class_name: More classes.
        **props: Further props of the link.
    """
    return page_link(
        draw_icon(icon) if icon else rx.fragment(),
        rx.el.span(label),
        href=href,
        class_name=f"{_CLASSES[kind]} {class_name}".strip(),
        **props,
    )


def icon_button(name: str, label: rx.Var[str] | str, **props: Any) -> rx.Component:
    """Show a square button with an icon only; its label is its name and its hint.

    Args:
        name: The icon.
        label: What it does.
        **props: Further props of the `button`.
    """
    props.setdefault("type", "button")
    return rx.el.button(draw_icon(name), class_name="btn quiet square", aria_label=label, title=label, **props)


def page_link(*children: Any, href: rx.Var[str] | str, **props: Any) -> rx.Component:
    """Show a link to a page of the hub that changes the page without loading it anew.

    Args:
        *children: What it shows.
        href: The address.
        **props: Further props of the link.
    """
    return PageLink.create(*children, to=href, **props)


class PageLink(rx.el.A):  # type: ignore[misc] # rx.el has no types
    """The router's own link: a real `a` with an `href`, without Radix around it."""

    library = "react-router"
    tag = "Link"
    alias = "PageLink"

    to: rx.Var[str]


def chip_link(label: rx.Var[str] | str, href: rx.Var[str] | str, is_on: "rx.Var[bool] | bool") -> rx.Component:
    """Show a filter that is a link, so that it can be shared and opened in a new tab.

    Args:
        label: What it lets through.
        href: The page with it.
        is_on: Whether it is the one in use.
    """
    return page_link(
        label,
        href=href,
        class_name=rx.cond(is_on, "chip on", "chip"),
        aria_current=rx.cond(is_on, "true", "false"),
    )
