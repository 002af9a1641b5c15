"""The transcript of an agent that acts: its turns, what they said, and the tools they called."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, notice
from execution_hub.ui.components.editor import focus_field
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.output import OutputVars, rendered_output
from execution_hub.ui.pages.execution.call_card import (
    call_card,
    call_icon,
    call_word,
    key_on_page,
    unfold_button,
)
from execution_hub.ui.pages.execution.calls_state import CallsState
from execution_hub.ui.text import t, tn
from execution_hub.ui.transcripts import TranscriptState
from execution_hub.ui.turns import EarlierTurnsState, TurnsState
from execution_hub.views.calls import TurnView

# So many turns and what came of them are not in sight together.
LONG = 3


def turns_card() -> rx.Component:
    """Show the turns of an agent test that has tools, or more to show than its answer."""
    acting, facts = TurnsState.acting, TranscriptState.facts
    return rx.cond(
        # With tools from the beginning: it must not come between when the first is called.
        (acting.is_shown | (facts.tools_text != "")) & (TurnsState.name == ""),
        card(
            turns(),
            title=t("Transcript"),
            aside=rx.cond(acting.turn > 0, rx.fragment(_jump(), acting_figures())),
            class_name=rx.cond(facts.is_active & acting.is_shown, "turns-card is-live", "turns-card"),
        ),
    )


def asks_button() -> rx.Component:
    """Lead to the first call that needs a person, who may be far from its card.

    In the head of the page, where it moves nothing when it comes and goes.
    """
    acting = TurnsState.acting
    words = rx.cond(
        acting.asks > 1,
        t("{n} calls need your answer.", n=acting.asks),
        t("A call of {tool} needs your answer.", tool=acting.asks_tool),
    )
    return rx.fragment(
        focus_field(CallsState.wish),
        rx.el.span(rx.cond(acting.asks > 0, words, ""), class_name="sr", role="status"),
        rx.cond(
            acting.asks > 0,
            button(
                rx.cond(acting.asks > 1, t("Answer {n} calls", n=acting.asks), t("Answer it")),
                icon="hand",
                class_name="need-you",
                title=words,
                on_click=CallsState.look_at(acting.asks_number),
                data_testid="call-jump",
            ),
        ),
    )


def turns() -> rx.Component:
    """Show the turns that the page looks at, the newest last."""
    acting = TurnsState.acting
    has_earlier = (CallsState.earlier_of == TurnsState.execution_id) & (EarlierTurnsState.name == TurnsState.name)
    return rx.fragment(
        rx.cond(
            (CallsState.notice != "") & (CallsState.notice_of == TurnsState.execution_id),
            notice(CallsState.notice, icon="hand", role="status", data_testid="call-notice"),
        ),
        rx.cond(
            (acting.earlier > 0) & ~has_earlier,
            button(
                tn("Show {n} earlier turn", "Show {n} earlier turns", acting.earlier),
                icon="chevron_up",
                class_name="small",
                on_click=CallsState.show_earlier(TurnsState.execution_id, TurnsState.name),
                data_testid="turns-earlier",
            ),
        ),
        rx.el.ol(
            rx.cond(has_earlier, rx.foreach(EarlierTurnsState.turns, _turn)),
            rx.foreach(TurnsState.turns, _turn),
            rx.foreach(TurnsState.open_turns, _turn),
            class_name="turns",
            aria_label=t("Transcript"),
        ),
    )


def acting_figures() -> rx.Component:
    """Say how far the agent is: turn 3 of 10, calls 4 of 30, and the cost."""
    acting = TurnsState.acting
    return rx.el.span(
        rx.cond(
            acting.turns > 0,
            t("turn {n} of {m}", n=acting.turn, m=acting.turns),
            t("turn {n}", n=acting.turn),
        ),
        " · ",
        rx.cond(
            acting.calls > 0,
            t("calls {n} of {m}", n=acting.call, m=acting.calls),
            t("calls {n}", n=acting.call),
        ),
        rx.cond(acting.cost_text != "", rx.fragment(" · ", acting.cost_text)),
        class_name="num",
        data_testid="acting-figures",
    )


def _jump() -> rx.Component:
    """Lead past many turns: to the one that runs, or to what they came to."""
    acting = TurnsState.acting
    go_on = rx.cond(
        acting.at > 0,
        button(
            t("Go to what runs"),
            icon="jump",
            kind="quiet",
            class_name="small",
            on_click=CallsState.look_at(acting.at),
            data_testid="turns-jump",
        ),
        rx.el.a(icon("jump"), t("Output"), href="#output", class_name="btn quiet small"),
    )
    return rx.cond(acting.turn > LONG, go_on)


def _turn(turn: rx.Var[TurnView]) -> rx.Component:
    is_open = CallsState.opened.contains(key_on_page(turn.number))
    return rx.el.li(
        rx.el.div(
            call_icon(turn.status),
            rx.el.b(t("Turn {n}", n=turn.place)),
            rx.el.span(call_word(turn.status), class_name="sr"),
            rx.cond(
                turn.tokens_text != "", rx.el.span(tn("{n} token", "{n} tokens", turn.tokens_text), class_name="num")
            ),
            rx.cond(turn.duration_text != "", rx.el.span(turn.duration_text, class_name="num")),
            rx.cond(turn.is_cut, rx.el.span(t("cut"), class_name="tag cut")),
            rx.cond(turn.has_thinking & ~is_open, unfold_button(turn.number, t("Thinking"))),
            class_name=f"turn-head s-{turn.status}",
        ),
        rx.cond(turn.note != "", rx.el.p(t("The hub told the model: {note}", note=turn.note), class_name="turn-note")),
        rx.cond(is_open, _unfolded(turn)),
        rx.cond(
            turn.texts.length() > 0,
            rx.el.div(
                rendered_output(_output(_text_of(turn, is_open)), rx.Var.create(False)),
                rx.cond(turn.is_text_cut & ~is_open, unfold_button(turn.number, t("Show all of it"))),
                class_name="turn-text",
                data_testid="turn-text",
            ),
        ),
        rx.cond(turn.error != "", rx.el.p(icon("warning"), turn.error, class_name="call-error", dir="auto")),
        rx.cond(turn.calls.length() > 0, rx.el.ul(rx.foreach(turn.calls, call_card), class_name="turn-calls")),
        rx.cond(turn.is_answer, rx.el.p(t("Its answer is the output below."), class_name="muted small")),
        class_name="turn",
        key=turn.place,
        id=f"call-{turn.number}",
        tab_index=-1,
        data_testid="call",
        data_number=turn.number.to_string(),
        data_kind="turn",
        data_status=turn.status,
        data_tool="",
    )


def _unfolded(turn: rx.Var[TurnView]) -> rx.Component:
    """What the model thought, as it was heard."""
    whole = CallsState.opened[key_on_page(turn.number)]
    return rx.cond(
        whole.thinking != "",
        rx.el.div(
            button(
                t("Thinking"),
                icon="chevron_up",
                kind="quiet",
                class_name="small",
                on_click=CallsState.open_call(TurnsState.execution_id, turn.number),
            ),
            rx.el.pre(
                whole.thinking,
                class_name="raw faint",
                dir="auto",
                tab_index=0,
                role="region",
                aria_label=t("Thinking"),
                data_testid="turn-thinking",
            ),
            class_name="turn-thinking",
        ),
    )


def _text_of(turn: rx.Var[TurnView], is_open: rx.Var[bool]) -> Any:
    whole = CallsState.opened[key_on_page(turn.number)]
    return rx.cond(is_open, whole.texts, turn.texts)


def _output(texts: Any) -> OutputVars:
    nothing: rx.Var[list[str]] = rx.Var.create([])
    return OutputVars(texts, nothing, nothing, rx.Var.create(""))
