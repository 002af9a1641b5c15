"""Untrusted text as elements. Nothing in it becomes HTML, loads from elsewhere, runs, or takes the page away.

Reflex's own `rx.markdown` parses raw HTML unless told otherwise, brings Radix and a syntax highlighter into
the page, and parses every block again whenever one changes; so the library beneath it, react-markdown, is
wrapped here. Raw HTML stays text: that is react-markdown's way as long as rehype-raw is not among its plugins.

A large text is cut into pieces (markdown_cut.py). Each stands in a guard of its own, and is parsed once it
comes near to what is seen; until then its text stands there, to be found and read.
"""

from typing import Any

import reflex as rx
from reflex_base.style import resolved_color_mode
from reflex_base.utils.imports import ImportDict, ImportVar

from execution_hub.ui.components.browser import BrowserComponent
from execution_hub.ui.components.markdown_cut import CUT, DEPTH, LIMITS, REFERENCES
from execution_hub.ui.components.markdown_json import JSON_TEXT
from execution_hub.ui.components.markdown_parts import PARTS_CODE, PLAIN
from execution_hub.ui.components.markdown_tree import TREE_CODE
from execution_hub.ui.text import t

_HOOKS = (
    *("memo", "createContext", "useContext", "useEffect", "useLayoutEffect", "useMemo", "useRef", "useState"),
    *("Component", "Fragment"),
)
# Marks of emphasis beside Chinese and Japanese punctuation count (remark-cjk-friendly, which follows the
# proposal to CommonMark); one tilde is a range, not struck out; a line's end is a line's end.
_PLUGINS = {
    "react-markdown@10.1.0": "ReactMarkdown",
    "remark-gfm@4.0.1": "remarkGfm",
    "remark-breaks@4.0.0": "remarkBreaks",
    "remark-math@6.0.0": "remarkMath",
    "remark-cjk-friendly@2.3.3": "remarkCjkFriendly",
    "remark-cjk-friendly-gfm-strikethrough@2.3.2": "remarkCjkFriendlyStrikethrough",
}
# Loaded by what needs them, when it needs them.
_LATER = ("katex@0.18.11", "mermaid@12.3.0")

_PIECE = """
// What is still being written is not drawn yet.
const HubOpenText = ({ isOpen, children }) => {
  const shared = useContext(HubTextShared);
  const value = useMemo(() => ({ ...shared, isOpen }), [shared, isOpen]);
  return jsx(HubTextShared.Provider, { value }, children);
};
const HubParsed = memo(({ text, lent, number, references, isOpen }) => {
  const known = { lent: lent.length, number, notes: references.notes, used: references.used };
  const plugins = [
    [remarkGfm, { singleTilde: false }],
    remarkCjkFriendly,
    [remarkCjkFriendlyStrikethrough, { singleTilde: false }],
    remarkBreaks,
    [remarkMath, { singleDollarTextMath: false }],
    hubMathSyntax,
    [hubTree, known],
  ];
  const options = { remarkPlugins: plugins, components: HUB_ELEMENTS, urlTransform: (url) => url };
  return jsx(ReactMarkdown, options, lent + text);
}, (before, after) => ["text", "lent", "number", "isOpen"].every((name) => before[name] === after[name]));
const HubPiece = memo(({ piece, lent, references, isOpen }) => {
  const { kind, text, language, number, why } = piece;
  const isDeep = useMemo(() => kind === "markdown" && hubIsDeep(text), [kind, text]);
  if (kind === "code")
    return language === "mermaid" && !isOpen ? jsx(HubDiagram, { source: text }) : jsx(HubCode, { text, language });
  if (isDeep || kind === "plain") return jsx(HubPlainText, { text, why: isDeep ? "deep" : why });
  const parsed = jsx(HubParsed, { text, lent, number, references, isOpen });
  return jsx(HubTextGuard, { text }, jsx(HubOpenText, { isOpen }, parsed));
});
"""

# Which pieces are seen is known before the first picture; which are near, the browser tells.
_NEAR = """
const HUB_NEAR_PX = 800;
const HubNearPiece = memo(({ piece, ...props }) => {
  const place = useRef(null);
  const [isNear, setNear] = useState(false);
  useLayoutEffect(() => {
    const { top, bottom } = place.current.getBoundingClientRect();
    if (top < window.innerHeight && bottom > 0) setNear(true);
  }, []);
  useEffect(() => {
    if (isNear) return undefined;
    const margin = `${HUB_NEAR_PX}px`;
    const see = (entries) => entries.some((each) => each.isIntersecting) && setNear(true);
    const observer = new IntersectionObserver(see, { rootMargin: margin, scrollMargin: margin });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isNear]);
  const height = hubLines(piece.text) * 23;
  const style = { containIntrinsicSize: `auto ${height}px`, marginInlineStart: `${piece.indent * 0.5}em` };
  return jsx(
    "div",
    { ref: place, className: `piece${isNear ? "" : " far"}${piece.isContinued ? " continued" : ""}`, style },
    isNear || piece.kind === "code" ? jsx(HubPiece, { piece, ...props }) : jsx("p", { className: "plain" }, piece.text),
  );
});
"""

_RENDERED = """
const HubPieces = ({ closed, open, isWriting, references }) => {
  const kept = useRef(new Map());
  const pieces = useMemo(() => {
    const fresh = new Map(closed.map((text) => [text, kept.current.get(text) ?? hubCut(text)]));
    kept.current = fresh;
    return closed.flatMap((text) => fresh.get(text));
  }, [closed]);
  const isLarge = pieces.length > 1 && closed.some((text) => text.length > HUB_MARKDOWN.whole);
  const Piece = isLarge ? HubNearPiece : HubPiece;
  const isAlone = pieces.length === 1 && !open;
  const lents = useMemo(() => {
    const isLent = (piece) => piece.kind === "markdown" && !isAlone;
    return pieces.map((piece) => (isLent(piece) ? hubLent(piece.text, references) : ""));
  }, [pieces, references, isAlone]);
  const kind = open.length > HUB_MARKDOWN.most ? "plain" : "markdown";
  const last = open && { kind, text: open, indent: 0, number: null, why: "" };
  return jsx(
    Fragment,
    null,
    pieces.map((piece, index) =>
      jsx(Piece, { key: index, piece, lent: lents[index], references, isOpen: false }),
    ),
    last && jsx(HubPiece, { key: "open", piece: last, lent: hubLent(open, references), references, isOpen: isWriting }),
  );
};
const HubOutput = ({ settled, blocks, open, isWriting }) => {
  const closed = useMemo(() => hubJoined([...settled, ...blocks]), [settled, blocks]);
  const json = useMemo(() => (isWriting ? null : hubJson(closed.join("") + open)), [closed, open, isWriting]);
  const ended = isWriting ? "" : open;
  const references = useMemo(() => hubReferences([...closed, ended]), [closed, ended]);
  if (json !== null) return jsx(HubCode, { text: json, language: "json" });
  if (isWriting && hubMayBeJson(closed[0] ?? open)) return jsx(HubCode, { text: closed.join("") + open });
  return jsx(HubPieces, { closed, open, isWriting, references });
};
const HubRendered = ({ settled, blocks, openParts, tail, isWriting, words: given, colorMode, className }) => {
  const said = JSON.stringify(given);
  const shared = useMemo(() => ({ words: JSON.parse(said), colorMode, isOpen: false }), [said, colorMode]);
  const open = openParts.join("") + tail;
  const whole = () => [...settled, ...blocks, open].join("");
  return jsx(
    "div",
    { className },
    jsx(
      HubTextShared.Provider,
      { value: shared },
      jsx(HubTextGuard, { text: whole }, jsx(HubOutput, { settled, blocks, open, isWriting })),
    ),
  );
};
"""

_RAW = """
const HubRaw = ({ settled, blocks, openParts, tail, className, children }) => {
  const closed = useMemo(() => [...settled, ...blocks], [settled, blocks]);
  const open = openParts.join("") + tail;
  return jsx(
    "pre",
    { className, dir: "auto" },
    closed.map((text, index) => jsx(HubLines, { key: index, text })),
    jsx(HubLines, { text: open }),
    children,
  );
};
"""


class _Spread(BrowserComponent):
    """A text spread over four vars, which joined are the text (see OutputBuffer)."""

    settled: rx.Var[list[str]]
    blocks: rx.Var[list[str]]
    open_parts: rx.Var[list[str]]
    tail: rx.Var[str]

    def add_imports(self) -> ImportDict:
        """Import React's part of the snippets."""
        return {"react": [ImportVar(tag=name) for name in _HOOKS]}


class Raw(_Spread):
    """See `raw_text`."""

    tag = "HubRaw"

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (PLAIN, _RAW)


class Rendered(_Spread):
    """See `rendered_text`."""

    tag = "HubRendered"
    is_writing: rx.Var[bool]
    words: rx.Var[dict[str, str]]
    color_mode: rx.Var[str]

    def add_imports(self) -> ImportDict:
        """Import react-markdown with its plugins; formulas and diagrams are only installed."""
        return {
            **super().add_imports(),
            **{package: ImportVar(tag=name, is_default=True) for package, name in _PLUGINS.items()},
            **{package: ImportVar(tag=None, render=False) for package in _LATER},
        }

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (LIMITS, DEPTH, CUT, REFERENCES, JSON_TEXT, *TREE_CODE, *PARTS_CODE, _PIECE, _NEAR, _RENDERED)


def rendered_text(**props: Any) -> rx.Component:
    """Show untrusted text as Markdown, or as JSON if it is that.

    Args:
        **props: The text, spread over `settled`, `blocks`, `open_parts` and `tail`, and `is_writing`.
    """
    words = {
        "deep": t("rendered.deep"),
        "long": t("rendered.long"),
        "failed": t("rendered.failed"),
        "image": t("rendered.image"),
        "image_size": t("rendered.image_size", size="{size}"),
        "math_failed": t("rendered.math_failed"),
        "diagram": t("rendered.diagram"),
        "diagram_source": t("rendered.diagram_source"),
        "diagram_failed": t("rendered.diagram_failed"),
    }
    return Rendered.create(words=words, color_mode=resolved_color_mode, **props)


def raw_text(*children: Any, **props: Any) -> rx.Component:
    """Show untrusted text letter by letter.

    Args:
        *children: What follows the text.
        **props: The text, spread over `settled`, `blocks`, `open_parts` and `tail`.
    """
    return Raw.create(*children, class_name="raw", **props)
