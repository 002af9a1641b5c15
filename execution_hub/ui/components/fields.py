"""Form fields: a label, the control, and under it a hint or what is wrong."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from execution_hub.ui.components.long_input import count

Text = rx.Var[str] | str


def typed(take: Callable[[Any], Any], debounce_ms: int) -> dict[str, Any]:
    """Return the props of a field that hands what is typed to a handler.

    Args:
        take: The handler, given the text.
        debounce_ms: How long the person is to rest before it is handed over.
    """
    # Once the person rests, and at once when the field is left: whatever is pressed next knows it all.
    return {"on_change": lambda text: take(text).debounce(debounce_ms), "on_blur": take}


def text_field(
    name: str, label: Text, *, hint: Text | None = None, error: Text = "", class_name: str = "", **props: Any
) -> rx.Component:
    """Show a one-line field.

    Args:
        name: Its name in the form; also its id.
        label: What to type there.
        hint: A line of help under it.
        error: What is wrong with what was typed; empty if nothing is.
        class_name: More classes of the whole.
        **props: Further props of the `input`: `default_value`, `value`, `on_change`, `max_length`, `required`, …
    """
    props.setdefault("type", "text")
    if props["type"] == "text":
        props.setdefault("dir", "auto")
    control = rx.el.input(class_name="input", **_control(name, error, hint), **props)
    return _field(name, label, control, hint, error, class_name)


def text_area(
    name: str,
    label: Text,
    *,
    hint: Text | None = None,
    error: Text = "",
    class_name: str = "",
    limit: int | None = None,
    **props: Any,
) -> rx.Component:
    """Show a field of several lines; arguments as for `text_field`.

    Args:
        limit: The most characters, which a count tells as they near; the button that sends them stands in `within`.
    """
    described = _control(name, error, hint)
    if limit is not None:
        described["aria_describedby"] += f" {name}-count"
    control = rx.el.textarea(class_name="input area", dir="auto", **described, **props)
    counted = control if limit is None else rx.fragment(control, count(name, limit))
    return _field(name, label, counted, hint, error, class_name)


def select_field(
    name: str,
    label: Text,
    options: Sequence[rx.Component] | rx.Component,
    *,
    hint: Text | None = None,
    error: Text = "",
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Show a field that offers a choice.

    Args:
        name: Its name in the form; also its id.
        label: What to choose.
        options: `rx.el.option` components, or one `rx.foreach` of them.
        hint, error, class_name, **props: As for `text_field`.
    """
    children = [options] if isinstance(options, rx.Component) else list(options)
    control = rx.el.select(*children, class_name="input select", **_control(name, error, hint), **props)
    return _field(name, label, control, hint, error, class_name)


def _control(name: str, error: Text, hint: Text | None) -> dict[str, Any]:
    described = f"{name}-error {name}-hint" if hint is not None else f"{name}-error"
    return {
        "id": name,
        "name": name,
        "aria_invalid": rx.Var.create(error) != "",
        "aria_describedby": described,
    }


def _field(
    name: str, label: Text, control: rx.Component, hint: Text | None, error: Text, class_name: str
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        control,
        rx.el.p(hint, id=f"{name}-hint", class_name="hint") if hint is not None else rx.fragment(),
        # Always there, so that a screen reader announces what appears in it.
        rx.el.p(error, id=f"{name}-error", class_name="problem", role="alert", dir="auto"),
        class_name=f"field {class_name}".strip(),
    )


def problem_of(problems: Any, field: str) -> rx.Var[str]:
    """Return what is wrong with a field; empty if nothing is.

    Args:
        problems: What is wrong, by field.
        field: Its name.
    """
    return rx.cond(problems.contains(field), problems[field], "")
