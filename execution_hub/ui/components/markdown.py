"""Untrusted Markdown as elements. Nothing in it becomes HTML, loads from elsewhere, or runs.

Reflex's own `rx.markdown` parses raw HTML unless told otherwise, brings Radix and a syntax
highlighter into the page, and parses every block again whenever one changes; so the library
beneath it, react-markdown, is wrapped here.
"""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportDict, ImportVar

# What differs from react-markdown's plain elements:
# - a link leads to another site in a new tab, or nowhere: only http, https and mailto;
# - an image is never loaded, since that tells its server who reads; its words link to it;
# - a wide table scrolls within itself;
# - headings stand below those of the page, all on one level: a block knows nothing of those before it, and a
#   model skips levels as it likes. How deep they are is only seen.
# - a task is done or not by a sign: a box that cannot be ticked would be a field without a name.
# Raw HTML stays text: that is react-markdown's way as long as rehype-raw is not among its plugins.
# A block is parsed again only when its own text changes.
MARKDOWN_BLOCK_JS = """
const safeUrl = (url) => (/^(https?:|mailto:)/i.test(url) ? url : "");
const SafeLink = ({ href, title, children }) =>
  href
    ? createElement("a", { href, title, target: "_blank", rel: "noopener noreferrer nofollow" }, children)
    : createElement("span", null, children);
const ImageLink = ({ src, alt }) => createElement(SafeLink, { href: src }, alt || src || "");
const WideTable = ({ children }) =>
  createElement("div", { className: "table-scroll" }, createElement("table", null, children));
const TaskSign = ({ checked }) => createElement("span", { className: "task-sign" }, checked ? "☑" : "☐");
const heading = (depth) => ({ children }) => createElement("h3", { className: `depth-${depth}` }, children);
const headings = Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`h${depth}`, heading(depth)]));
const markdownOptions = {
  remarkPlugins: [remarkGfm],
  components: { a: SafeLink, img: ImageLink, table: WideTable, input: TaskSign, ...headings },
  urlTransform: safeUrl,
};
const MarkdownBlock = memo(({ text }) => createElement(ReactMarkdown, markdownOptions, text));
"""


class MarkdownBlock(rx.Component):
    """One block of Markdown, by react-markdown."""

    tag = "MarkdownBlock"

    text: rx.Var[str]

    def add_imports(self) -> ImportDict:
        """Import react-markdown and tables, strikethrough and task lists for it."""
        return {
            "react": [ImportVar(tag="memo"), ImportVar(tag="createElement")],
            "react-markdown@10.1.0": ImportVar(tag="ReactMarkdown", is_default=True),
            "remark-gfm@4.0.1": ImportVar(tag="remarkGfm", is_default=True),
        }

    def add_custom_code(self) -> list[str]:
        """Define the component that parses its text only when it changes."""
        return [MARKDOWN_BLOCK_JS]


def markdown_block(text: rx.Var[str], **props: Any) -> rx.Component:
    """Show untrusted Markdown.

    Args:
        text: The Markdown.
        **props: Further props, such as `key`.
    """
    return MarkdownBlock.create(text=text, **props)
