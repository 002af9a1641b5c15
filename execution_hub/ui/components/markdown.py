"""Untrusted text as elements. Nothing in it becomes HTML, loads from elsewhere, runs, or takes the page away.

Reflex's own `rx.markdown` parses raw HTML unless told otherwise, brings Radix and a syntax highlighter into
the page, and parses every block again whenever one changes; so the library beneath it, react-markdown, is
wrapped here. Raw HTML stays text: that is react-markdown's way as long as rehype-raw is not among its plugins.

A large text is cut into pieces (browser/markdown/cut.js). Each stands in a guard of its own, and is parsed once it
comes near to what is seen; until then its text stands there, to be found and read.
"""

from typing import Any

import reflex as rx
from reflex_base.style import resolved_color_mode

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import t

PACKAGES = (
    "react-markdown@10.1.0",
    "remark-gfm@4.0.1",
    "remark-breaks@4.0.0",
    "remark-math@6.0.0",
    "remark-cjk-friendly@2.3.3",
    "remark-cjk-friendly-gfm-strikethrough@2.3.2",
    # Loaded by what needs them, when it needs them.
    "katex@0.18.11",
    "lowlight@3.3.0",
    "mermaid@12.3.0",
)

# A text spread over four vars, which joined are the text (see OutputBuffer).
_SPREAD = {"settled": list[str], "blocks": list[str], "open_parts": list[str], "tail": str}
Raw = browser_component("markdown/plain.jsx", "Raw", **_SPREAD)
Rendered = browser_component(
    "markdown/rendered.jsx",
    "Rendered",
    packages=PACKAGES,
    **_SPREAD,
    is_writing=bool,
    words=dict[str, str],
    color_mode=str,
)


def rendered_text(**props: Any) -> rx.Component:
    """Show untrusted text as Markdown, or as JSON if it is that.

    Args:
        **props: The text, spread over `settled`, `blocks`, `open_parts` and `tail`, and `is_writing`.
    """
    words = {
        "deep": t("Nested too deeply to be formatted: shown as plain text."),
        "long": t("Too long to be formatted: shown as plain text."),
        "failed": t("This could not be formatted: shown as plain text."),
        "image": t("image, not loaded"),
        "image_size": t("image, {size}, not loaded", size="{size}"),
        "math_failed": t("This formula cannot be drawn."),
        "copy": t("Copy"),
        "copied": t("Copied"),
        "copy_failed": t("Not copied"),
        "copy_hint": t("This browser did not let the page copy. Select the text and copy it by hand."),
        "diagram": t("Diagram, described by its source below"),
        "diagram_source": t("Source"),
        "diagram_failed": t("This diagram cannot be drawn: its source is shown."),
    }
    return Rendered.create(words=words, color_mode=resolved_color_mode, **props)


def raw_text(*children: Any, **props: Any) -> rx.Component:
    """Show untrusted text letter by letter.

    Args:
        *children: What follows the text.
        **props: The text, spread over `settled`, `blocks`, `open_parts` and `tail`.
    """
    return Raw.create(*children, class_name="raw", **props)
