"""Executions beside each other, with what differs marked."""

from typing import Any

import reflex as rx

from execution_hub.domain.difference import ADDED, REMOVED, Piece
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import simulated_tag, status_badge, status_icon, status_word
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import error_text, t, t_one_of, tn
from execution_hub.views.comparison import ComparedView, FieldView, StepView, TextView
from execution_hub.words.by_value import AGENT_FIELDS


def marking(state: Any) -> rx.Component:
    """Show the button that marks what differs, or no longer."""
    is_marked = state.is_marked
    return button(
        t("Mark what differs"),
        icon="compare",
        class_name=rx.cond(is_marked, "chip on", "chip"),
        aria_pressed=is_marked,
        on_click=state.mark(~is_marked),
        data_testid="compare-mark",
    )


def comparison(state: Any) -> rx.Component:
    """Show executions beside each other: what came of each, what they ran with, and on what.

    Args:
        state: state.
    """
    return rx.el.div(
        card(
            outputs(state),
            title=t("Outputs"),
            aside=rx.el.span(
                rx.el.ins(t("added")), " ", rx.el.del_(t("missing")), " ", t("against the first"), class_name="legend"
            ),
            data_testid="compare-outputs",
        ),
        _steps(state),
        _calls(state),
        rx.cond(
            state.fields.length() > 0,
            card(
                rx.foreach(state.fields, lambda field: _field(state, field)),
                title=t("What they ran with"),
                data_testid="compare-fields",
            ),
            card(
                rx.el.p(t("They ran with the same model, prompt and limits."), class_name="muted"),
                title=t("What they ran with"),
                data_testid="compare-fields",
            ),
        ),
        card(
            rx.cond(
                state.is_same_input,
                rx.fragment(rx.el.p(t("They ran on the same input."), class_name="muted"), _text(state.inputs[0])),
                _columns(
                    rx.foreach(
                        state.inputs,
                        lambda text, place: rx.el.div(_named(state.items[place]), _text(text)),
                    ),
                    t("Input"),
                ),
            ),
            title=t("Input"),
            data_testid="compare-inputs",
        ),
        class_name=rx.cond(state.is_marked, "stack compare", "stack compare is-plain"),
    )


def outputs(state: Any) -> rx.Component:
    """Show what came of each of some executions, in columns, with its figures."""
    return _columns(rx.foreach(state.items, lambda item, place: _column(state, item, place)), t("Outputs"))


def _steps(state: Any) -> rx.Component:
    return rx.cond(
        state.steps.length() > 0,
        card(
            rx.foreach(state.steps, lambda step: _step(state, step)),
            title=t("Steps"),
            data_testid="compare-steps",
        ),
    )


def _step(state: Any, step: rx.Var[StepView]) -> rx.Component:
    return rx.el.section(
        rx.el.h3(step.name, rx.cond(step.is_same, rx.el.span(t("the same"), class_name="tag")), dir="auto"),
        _columns(
            rx.foreach(
                step.texts,
                lambda text, place: rx.el.div(
                    rx.el.div(
                        _named(state.items[place]),
                        rx.cond(
                            step.statuses[place] != "",
                            rx.el.span(
                                rx.match(
                                    step.statuses[place], ("skipped", icon("skip")), status_icon(step.statuses[place])
                                ),
                                status_word(step.statuses[place]),
                                class_name=f"compare-status s-{step.statuses[place]}",
                            ),
                            rx.el.span(t("no such step"), class_name="faint"),
                        ),
                        rx.el.span(step.durations[place], class_name="num faint"),
                        class_name="compare-tags",
                    ),
                    _text(text),
                ),
            ),
            step.name,
        ),
        class_name="compare-field",
        key=step.name,
        data_step=step.name,
    )


def _calls(state: Any) -> rx.Component:
    return rx.cond(
        state.calls.length() > 0,
        card(
            _columns(
                rx.foreach(
                    state.calls,
                    lambda text, place: rx.el.div(_named(state.items[place]), _text(text), class_name="compare-calls"),
                ),
                t("Calls of tools"),
            ),
            title=t("Calls of tools"),
            data_testid="compare-calls",
        ),
    )


def _columns(columns: Any, label: rx.Var[str]) -> rx.Component:
    return rx.el.div(columns, class_name="compare-columns", tab_index=0, role="region", aria_label=label)


def _column(state: Any, item: rx.Var[ComparedView], place: rx.Var[int]) -> rx.Component:
    return rx.el.article(
        rx.el.header(
            rx.el.div(
                page_link("#", item.id, href=execution_path(item.id), class_name="num"),
                rx.el.b(item.name, dir="auto"),
                status_badge(item.status, None, item.is_cut),
                class_name="compare-name",
            ),
            rx.el.div(
                rx.cond(
                    item.version > 0,
                    rx.el.span(t("Version {n}", n=item.version), class_name="tag"),
                    rx.cond(item.is_draft, rx.el.span(t("Unsaved"), class_name="tag cut")),
                ),
                rx.cond(
                    item.is_simulated, simulated_tag(), rx.cond(item.model, rx.el.span(item.model, class_name="tag"))
                ),
                rx.el.span(ago(item.created_at), class_name="faint num"),
                class_name="compare-tags",
            ),
            rx.el.div(
                _figure(item.duration_text, item.duration_more),
                _figure(
                    rx.cond(item.tokens_text, tn("{n} token", "{n} tokens", item.tokens_text), ""), item.tokens_more
                ),
                _figure(item.cost_text, item.cost_more),
                class_name="compare-figures num",
            ),
        ),
        rx.cond(item.error, rx.el.p(error_text(item.error_code, item.error), class_name="problem", dir="auto")),
        rx.cond(
            item.is_active,
            rx.el.p(t("It has not ended yet. Its output appears here when it has."), class_name="muted"),
            _text(state.outputs[place]),
        ),
        key=item.id,
        data_testid="compare-item",
        data_execution_id=item.id.to_string(),
    )


def _figure(text: Any, more: Any) -> rx.Component:
    return rx.cond(text, rx.el.span(text, rx.cond(more, rx.el.small(more)), class_name="figure"))


def _named(item: rx.Var[ComparedView]) -> rx.Component:
    return rx.el.b("#", item.id, class_name="num faint")


def _field(state: Any, field: rx.Var[FieldView]) -> rx.Component:
    items = state.items
    return rx.el.section(
        rx.el.h3(t_one_of(field.field, AGENT_FIELDS, field.field)),
        _columns(
            rx.cond(
                field.texts.length() > 0,
                rx.foreach(field.texts, lambda text, place: rx.el.div(_named(items[place]), _text(text))),
                rx.foreach(
                    field.words,
                    lambda value, place: rx.el.div(
                        _named(items[place]), rx.el.p(rx.cond(value, value, "–"), class_name="value", dir="auto")
                    ),
                ),
            ),
            t_one_of(field.field, AGENT_FIELDS, field.field),
        ),
        class_name="compare-field",
        key=field.field,
        data_field=field.field,
    )


def _text(text: rx.Var[TextView]) -> rx.Component:
    return rx.fragment(
        rx.cond(
            text.pieces.length() > 0,
            rx.el.div(rx.foreach(text.pieces, _piece), class_name="compare-text", dir="auto"),
            rx.el.p(t("Nothing was written."), class_name="faint"),
        ),
        rx.cond(~text.is_whole, rx.el.p(t("Only its beginning is shown here."), class_name="hint")),
    )


def _piece(piece: rx.Var[Piece]) -> rx.Component:
    return rx.match(
        piece.kind, (ADDED, rx.el.ins(piece.text)), (REMOVED, rx.el.del_(piece.text)), rx.el.span(piece.text)
    )
