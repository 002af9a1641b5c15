"""The output of an execution: rendered, raw or as JSON, growing while it is written."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from execution_hub.ui.components.markdown import markdown_block

# An open block is parsed anew with every piece of text; with more parts than this (some 16 KB), that
# would keep the browser busy, and it stays plain until it closes.
PLAIN_FROM_PARTS = 4

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
        """Take them from a State with FollowedExecution."""
        return cls(state.settled, state.blocks, state.open_parts, state.tail)

    @property
    def is_empty(self) -> rx.Var[bool]:
        """Whether there is no output yet."""
        return (self.tail == "") & (self.settled.length() + self.blocks.length() == 0)

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
    return rx.el.div(
        rx.foreach(output.settled, lambda text, index: markdown_block(text, key=index)),
        rx.foreach(output.blocks, lambda text, index: markdown_block(text, key=index)),
        rx.cond(
            output.open_parts.length() > PLAIN_FROM_PARTS,
            _plain_block(output),
            markdown_block(output.open_parts.join("") + output.tail),
        ),
        class_name=rx.cond(is_writing, "out writing", "out"),
    )


def _plain_block(output: OutputVars) -> rx.Component:
    return rx.el.p(
        rx.foreach(output.open_parts, lambda text: text),
        output.tail,
        class_name=rx.cond(output.open_parts[0].startswith("```"), "plain code", "plain"),
    )


def raw_output(output: OutputVars, is_writing: rx.Var[bool]) -> rx.Component:
    """Show an output as the text it is."""
    return rx.el.pre(
        rx.foreach(output.settled, lambda text: text),
        rx.foreach(output.blocks, lambda text: text),
        rx.foreach(output.open_parts, lambda text: text),
        output.tail,
        rx.cond(is_writing, rx.el.span(class_name="caret", aria_hidden=True), rx.fragment()),
        class_name="raw",
    )


def waiting_lines(text: Any) -> rx.Component:
    """Hold the place of an output that has not begun, and say what it waits for."""
    return rx.el.div(
        rx.el.span(class_name="caret", aria_hidden=True),
        rx.el.span(text, class_name="muted"),
        class_name="out-waiting",
    )
