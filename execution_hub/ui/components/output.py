"""The output of an execution: rendered, raw or as JSON, growing while it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from execution_hub.ui.components.markdown import raw_text, rendered_text
from execution_hub.ui.text import t

RENDERED = "rendered"
RAW = "raw"
JSON = "json"


@dataclass(frozen=True, slots=True)
class OutputVars:
    """The vars an output is spread over; joined, they are the output (see Transcript)."""

    settled: rx.Var[list[str]]
    blocks: rx.Var[list[str]]
    open_parts: rx.Var[list[str]]
    tail: rx.Var[str]

    @classmethod
    def of(cls, state: Any) -> "OutputVars":
        """Take them from TranscriptState or StepOutputState."""
        return cls(state.settled, state.blocks, state.open_parts, state.tail)

    @property
    def is_empty(self) -> rx.Var[bool]:
        """Whether there is no output yet."""
        return (self.tail == "") & (self.settled.length() + self.blocks.length() == 0)

    def as_props(self) -> dict[str, rx.Var[Any]]:
        """The vars as props of a component."""
        return {"settled": self.settled, "blocks": self.blocks, "open_parts": self.open_parts, "tail": self.tail}

    @property
    def texts(self) -> tuple[rx.Var[Any], ...]:
        """All pieces of the output, in their order."""
        return self.settled, self.blocks, self.open_parts, self.tail


def rendered_output(output: OutputVars, is_writing: rx.Var[bool]) -> rx.Component:
    """Show an output as Markdown that is never HTML, with a caret while it is written.

    Args:
        output: The output.
        is_writing: Whether more may come.
    """
    return rendered_text(
        **output.as_props(),
        is_writing=is_writing,
        class_name=rx.cond(is_writing, "out writing", "out"),
    )


def raw_output(output: OutputVars, is_writing: rx.Var[bool]) -> rx.Component:
    """Show an output as the text it is."""
    return raw_text(
        rx.cond(is_writing, rx.el.span(class_name="caret", aria_hidden=True), rx.fragment()),
        **output.as_props(),
    )


def raw_switch(is_raw: rx.Var[bool], show: Callable[[bool], Any], label: rx.Var[str]) -> rx.Component:
    """Show the choice between an output rendered and as the text it is.

    Args:
        is_raw: Which of them is shown.
        show: Returns what shows it raw, or not.
        label: What is chosen.
    """
    return rx.el.div(
        *(
            rx.el.button(
                word,
                type="button",
                class_name=rx.cond(is_raw == is_it, "chip on", "chip"),
                aria_pressed=is_raw == is_it,
                on_click=show(is_it),
            )
            for is_it, word in ((False, t("Rendered")), (True, t("Raw")))
        ),
        role="group",
        aria_label=label,
        class_name="chips",
    )


def json_output(text: rx.Var[str]) -> rx.Component:
    """Show an execution as JSON.

    Args:
        text: The JSON, indented.
    """
    nothing: list[str] = []
    return raw_text(settled=nothing, blocks=nothing, open_parts=nothing, tail=text)


def waiting_lines(text: Any) -> rx.Component:
    """Hold the place of an output that has not begun, and say what it waits for."""
    return rx.el.div(
        rx.el.span(class_name="caret", aria_hidden=True),
        rx.el.span(text, class_name="muted"),
        class_name="out-waiting",
    )
