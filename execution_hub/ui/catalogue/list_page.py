"""How a list of agents, workflows, tasks or suites looks: cards page by page, and the form of a new one above them."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.keyboard import CARD_KEYS
from execution_hub.ui.components.long_input import within
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t

_SKELETONS = 3


def list_page(
    state: Any,
    title: rx.Var[str],
    item: Callable[[Any], rx.Component],
    *,
    active: str,
    actions: rx.Component,
    skeleton_card: rx.Component,
    empty: rx.Component,
    above: rx.Component,
    is_busy: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Show a list.

    Args:
        state: A State with Listing and `items`.
        title: The page's heading.
        item: Shows one of the items.
        active: The address of the page.
        actions: What stands at the right of the heading.
        skeleton_card: What stands where a card will be.
        empty: What to show when there is nothing.
        above: What stands above the list: a form.
        is_busy: Whether what is above has the page: then nothing says that the list is empty.
    """
    nothing = rx.cond(state.q != "", card(_no_match(state)), empty)
    return page_frame(
        title,
        rx.cond(state.failure != "", notice(state.failure, kind="bad", icon="warning", role="alert")),
        above,
        rx.cond(
            state.is_loaded,
            rx.cond(
                state.items.length() > 0,
                rx.fragment(
                    rx.el.ul(rx.foreach(state.items, item), class_name="agent-grid"),
                    rx.cond(
                        state.has_more,
                        rx.el.div(
                            button(t("Show more"), on_click=state.load_more, data_testid="list-more"),
                            class_name="more",
                        ),
                    ),
                ),
                rx.cond(is_busy | (state.failure != ""), rx.fragment(), nothing),
            ),
            rx.el.div(*(skeleton_card for _ in range(_SKELETONS)), class_name="agent-grid", aria_hidden=True),
        ),
        active=active,
        keys=[CARD_KEYS],
        # While a form is open, what is typed there must not go with another address.
        actions=rx.fragment(
            rx.cond(((state.q != "") | state.has_more) & ~rx.Var.create(is_busy), _search(state)), actions
        ),
    )


def _search(state: Any) -> rx.Component:
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            default_value=state.q,
            placeholder=t("Search names"),
            aria_label=t("Search names"),
            on_change=state.search.debounce(250),
            key=state.is_loaded.to_string(),
            custom_attrs={"data-search": "true"},
            data_testid="list-search",
        ),
        rx.el.kbd("/", aria_hidden=True),
        class_name="search",
    )


def _no_match(state: Any) -> rx.Component:
    clear = button(t("Show all"), on_click=state.search(""), data_testid="list-clear")
    return empty_state("search", t("Nothing matches"), t("No name holds this text."), clear)


def new_button(state: Any, label: rx.Var[str], **props: Any) -> rx.Component:
    """Show the button that opens the form of a new one, unless it is open.

    Args:
        state: A State with NewForm.
        label: Its words.
        **props: Further props, such as `data_testid`.
    """
    opens = button(label, icon="plus", kind="primary", on_click=state.toggle_form, data_act="new", **props)
    return rx.cond(state.is_form_open, rx.fragment(), opens)


def new_form(
    state: Any,
    title: rx.Var[str],
    label: rx.Var[str],
    fields: rx.Component,
    *,
    long_field: tuple[str, int],
    class_name: str,
    **props: Any,
) -> rx.Component:
    """Show the form of a new one, once it is opened.

    Args:
        state: A State with NewForm.
        title: Its heading.
        label: The words of the button that stores it.
        fields: Its fields.
        long_field: The id of its long text, and how many characters that may have.
        class_name: Its class.
        **props: Further props of that button, such as `data_testid`.
    """
    stores = button(label, icon="check", kind="primary", type="submit", busy=state.is_saving, **props)
    form = rx.el.form(
        fields,
        rx.el.div(
            within(*long_field, stores),
            button(t("Cancel"), on_click=state.toggle_form),
            class_name="form-actions",
        ),
        on_submit=state.create,
        no_validate=True,
        class_name=class_name,
    )
    return rx.cond(state.is_form_open, card(form, title=title, class_name="below"))


def item_card(path: Any, *children: Any, noun: str, item: Any, tools: Any = None) -> rx.Component:
    """Show the card of one item, which leads to its page.

    Args:
        path: Where that is.
        *children: What the card says.
        noun: What it is: `agent`, `workflow` or `task`, for its test id.
        item: The item; it has an `id`.
        tools: What can be done with it; it stands beside the link, within the card.
    """
    link = page_link(
        *children,
        href=path,
        class_name="agent-card card",
        data_testid=f"{noun}-card",
        **{f"data_{noun}_id": item.id},
    )
    return rx.el.li(link, rx.el.div(tools, class_name="card-tools") if tools is not None else None, key=item.id)


def named(item: Any, mark: str) -> tuple[rx.Component, rx.Component]:
    """Show the mark of an item, and beside it its name and what it is for.

    Args:
        item: It has a `name` and a `description`.
        mark: Name of an icon.
    """
    about = rx.cond(
        item.description != "",
        rx.el.span(item.description, class_name="agent-about", dir="auto"),
        rx.el.span(t("No description"), class_name="agent-about faint"),
    )
    words = rx.el.span(rx.el.strong(item.name, dir="auto"), about, class_name="agent-words")
    return rx.el.span(icon(mark), class_name="agent-mark"), words


def named_skeleton(foot_width: str) -> rx.Component:
    """Show where a card with a foot will be."""
    return rx.el.div(
        skeleton("34px", "34px"),
        rx.el.span(skeleton("45%", "15px"), skeleton("90%"), class_name="agent-words"),
        rx.el.span(skeleton(foot_width, "12px"), class_name="agent-foot"),
        class_name="agent-card card",
    )
