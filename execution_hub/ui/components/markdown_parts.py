"""Browser code of what untrusted Markdown becomes: links, images, tables, code, formulas and diagrams."""

from execution_hub.ui.components.browser import FILL

# The language and the mode of the page, for whatever lies deep within a text; and whether a link is around it.
SHARED = """
const HubTextShared = createContext({ words: {}, colorMode: "dark" });
const HubWithinLink = createContext(false);
"""

# - a link leads to another site in a new tab; another address than http, https or mailto is shown as text;
# - an image is never loaded, since that tells its server who reads: its words and its address stand there;
# - a wide table scrolls within itself.
LINKS = r"""
const hubSafeUrl = (url) => (/^(https?:|mailto:)/i.test(url ?? "") ? url : "");
const hubReadable = (url) => {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
};
const hubWordsOf = (children) => {
  if (typeof children === "string") return children;
  if (Array.isArray(children)) return children.map(hubWordsOf).join("");
  return children?.props ? hubWordsOf(children.props.children) : "";
};
const HubSafeLink = ({ href = "", title, children }) => {
  const within = jsx(HubWithinLink.Provider, { value: true }, children);
  if (hubSafeUrl(href))
    return jsx("a", { href, title, target: "_blank", rel: "noopener noreferrer nofollow" }, within);
  const address = hubReadable(href);
  return jsx("span", { title }, within, address && address !== hubWordsOf(children) ? ` (${address})` : "");
};
const hubSize = (bytes) => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999500 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1000000).toFixed(1)} MB`;
};
const hubDataSize = (src) => {
  const told = /^data:[^,]*;size=(\d+)/.exec(src);
  if (told) return Number(told[1]);
  const data = src.slice(src.indexOf(",") + 1);
  return /^data:[^,]*;base64,/i.test(src) ? Math.floor((data.replace(/=+$/, "").length * 3) / 4) : data.length;
};
const HubImage = ({ src = "", alt = "", title }) => {
  const { words } = useContext(HubTextShared);
  const isWithinLink = useContext(HubWithinLink);
  const isData = /^data:/i.test(src);
  const told = isData ? hubFill(words.image_size, { size: hubSize(hubDataSize(src)) }) : words.image;
  const address = isData ? "" : hubReadable(src);
  const shown = hubSafeUrl(src) && !isWithinLink ? jsx(HubSafeLink, { href: src }, address) : address;
  const parts = [alt, title].filter(Boolean).join(" · ");
  return jsx(
    "span",
    { className: "no-image" },
    jsx("span", { className: "no-image-told" }, told),
    parts && jsx("span", { className: "no-image-words", dir: "auto" }, parts),
    shown && jsx("span", { className: "no-image-address", dir: "ltr" }, shown),
  );
};
const HubWideTable = ({ children }) => jsx("div", { className: "table-scroll" }, jsx("table", null, children));
"""

# Lines in groups of which the browser lays out those that are seen. A group keeps its line feed.
PLAIN = r"""
const hubGroups = (text, size = 8000) => {
  const groups = [];
  let start = 0;
  while (start < text.length) {
    const end = start + size < text.length ? text.indexOf("\n", start + size) + 1 : 0;
    groups.push(text.slice(start, end || text.length));
    start = end || text.length;
  }
  return groups;
};
const hubLines = (text) => {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return Math.max(lines, Math.ceil(text.length / 100));
};
const HubLines = memo(({ text }) => {
  const groups = useMemo(() => hubGroups(text), [text]);
  if (groups.length < 2) return text;
  return groups.map((each, index) => {
    const style = { containIntrinsicSize: `auto ${hubLines(each) * 21}px` };
    return jsx("span", { key: index, className: "lines", style }, each);
  });
});
"""
_TOLD = r"""
const HubNote = ({ why }) => {
  const { words } = useContext(HubTextShared);
  return jsx("p", { className: "told", role: "note" }, words[why] ?? words.failed);
};
const HubPlainText = ({ text, why }) => {
  const plain = jsx("p", { className: "plain", dir: "auto" }, jsx(HubLines, { text }));
  return jsx(Fragment, null, why && jsx(HubNote, { why }), plain);
};
const HubCode = ({ text, language }) => {
  const className = language && `language-${language.split(/\s/)[0]}`;
  return jsx("pre", { dir: "ltr", tabIndex: 0 }, jsx("code", { className }, jsx(HubLines, { text })));
};
"""

# One fault of a library, or a text it cannot take, must not take the page away.
GUARD = """
class HubTextGuard extends Component {
  constructor(props) {
    super(props);
    this.state = { failed: null };
  }
  static getDerivedStateFromError() {
    return { failed: true };
  }
  componentDidUpdate({ text }) {
    if (this.state.failed && text !== this.props.text) this.setState({ failed: null });
  }
  render() {
    const { text, children } = this.props;
    if (!this.state.failed) return children;
    return jsx(HubPlainText, { text: typeof text === "function" ? text() : text, why: "failed" });
  }
}
"""

# Loaded with the first formula. Nothing in it may name an address, run, or grow without bound.
MATH = r"""
const HUB_MATH = {
  most: 3000,
  options: { throwOnError: true, trust: false, strict: "ignore", maxExpand: 500, maxSize: 20 },
};
const hubLoadMath = async () => {
  const [math] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  return math.default;
};
const HubMath = ({ tex, source, isDisplay }) => {
  const { words, isOpen } = useContext(HubTextShared);
  const place = useRef(null);
  const [state, setState] = useState("source");
  useEffect(() => {
    let isHere = true;
    if (isOpen) return undefined;
    (async () => {
      if (tex.length > HUB_MATH.most) throw new Error("too long");
      const katex = await hubLoadMath();
      const drawn = document.createElement("span");
      katex.render(tex, drawn, { ...HUB_MATH.options, displayMode: isDisplay });
      if (isHere) {
        place.current.replaceChildren(...drawn.childNodes);
        setState("drawn");
      }
    })().catch(() => isHere && setState("failed"));
    return () => {
      isHere = false;
    };
  }, [tex, isDisplay, isOpen]);
  return jsx(
    "span",
    { className: isDisplay ? "math display" : "math", dir: "ltr", "data-state": state },
    jsx("span", { ref: place }),
    state !== "drawn" && jsx("code", { title: state === "failed" ? words.math_failed : undefined }, source),
    state === "failed" && jsx("span", { className: "told" }, words.math_failed),
  );
};
"""

# Loaded with the first diagram, and shown as a picture: what is in a picture can neither run nor load anything.
# What would make mermaid load something while it draws is not given to it.
DIAGRAM = r"""
const HUB_DIAGRAM = {
  most: 8000,
  refused: /url\s*\(|@import|image-set|\b(?:img|icon)\b["']?\s*:|%%\s*\{|^\s*---/i,
  options: {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    maxTextSize: 8000,
    maxEdges: 200,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    fontFamily: "system-ui, sans-serif",
  },
};
let hubDiagrams = 0;
let hubDrawing = Promise.resolve();
const hubDraw = (source, isDark) => {
  const drawn = hubDrawing.then(async () => {
    if (source.length > HUB_DIAGRAM.most || HUB_DIAGRAM.refused.test(source)) throw new Error("refused");
    const { default: mermaid } = await import("mermaid");
    mermaid.initialize({ ...HUB_DIAGRAM.options, theme: isDark ? "dark" : "default" });
    // Mermaid measures what it draws: in a place of its own, out of sight, of which nothing stays.
    const place = document.createElement("div");
    place.className = "diagram-place";
    place.ariaHidden = "true";
    document.body.append(place);
    hubDiagrams += 1;
    try {
      return (await mermaid.render(`hub-diagram-${hubDiagrams}`, source, place)).svg;
    } finally {
      place.remove();
    }
  });
  // One after the other: what is set for one would hold for all.
  hubDrawing = drawn.catch(() => {});
  return drawn;
};
const hubPicture = (svg) => {
  const [, , width, height] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? "0 0 600 400").split(/[\s,]+/).map(Number);
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return { src, width: Math.ceil(width), height: Math.ceil(height) };
};
const HubDiagram = ({ source }) => {
  const { words, colorMode, isOpen } = useContext(HubTextShared);
  const [picture, setPicture] = useState(null);
  const [isFailed, setFailed] = useState(false);
  const isDark = colorMode === "dark";
  useEffect(() => {
    let isHere = true;
    if (isOpen) return undefined;
    hubDraw(source, isDark).then(
      (svg) => isHere && setPicture(hubPicture(svg)),
      () => isHere && setFailed(true),
    );
    return () => {
      isHere = false;
    };
  }, [source, isDark, isOpen]);
  const code = jsx(HubCode, { text: source, language: "mermaid" });
  const note = isFailed && jsx(HubNote, { why: "diagram_failed" });
  if (!picture || isFailed) return jsx("div", { className: "diagram" }, note, code);
  return jsx(
    "figure",
    { className: "diagram", "data-state": "drawn" },
    jsx("img", { ...picture, alt: words.diagram, onError: () => setFailed(true) }),
    jsx("details", null, jsx("summary", null, words.diagram_source), code),
  );
};
"""

ELEMENTS = r"""
const hubClasses = (node) => [node?.properties?.className ?? []].flat();
const hubTextOf = (node) => (node.children ?? []).map((each) => each.value ?? hubTextOf(each)).join("");
const hubMathOf = (node, write) => {
  const tex = hubTextOf(node);
  return jsx(HubMath, { tex, source: write(tex), isDisplay: hubClasses(node).includes("math-display") });
};
const HubPre = ({ node, children }) => {
  const code = node.children[0];
  if (hubClasses(code).includes("math-display")) return hubMathOf(code, (tex) => `$$\n${tex}\n$$`);
  if (hubClasses(code).includes("language-mermaid")) return jsx(HubDiagram, { source: hubTextOf(code) });
  return jsx("pre", { dir: "ltr", tabIndex: 0 }, children);
};
const HubInlineCode = ({ node, className, children }) => {
  const classes = hubClasses(node);
  if (!classes.includes("language-math")) return jsx("code", { className, dir: "ltr" }, children);
  if (classes.includes("math-dollars")) return hubMathOf(node, (tex) => `$$${tex}$$`);
  return hubMathOf(node, (tex) => (classes.includes("math-display") ? `\\[${tex}\\]` : `\\(${tex}\\)`));
};
// All headings stand on one level below those of the page: a block knows nothing of those before it, and a model skips
// levels as it likes. How deep they are is only seen.
const hubHeading = (depth) => ({ children }) => jsx("h3", { className: `depth-${depth}` }, children);
const HUB_HEADINGS = Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`h${depth}`, hubHeading(depth)]));
// A box that cannot be ticked would be a field without a name.
const HubTaskSign = ({ checked }) => jsx("span", { className: "task-sign" }, checked ? "☑" : "☐");
const HUB_ELEMENTS = {
  ...{ a: HubSafeLink, img: HubImage, table: HubWideTable, pre: HubPre, code: HubInlineCode, input: HubTaskSign },
  ...HUB_HEADINGS,
};
"""

PARTS_CODE = (FILL, SHARED, LINKS, PLAIN, _TOLD, GUARD, MATH, DIAGRAM, ELEMENTS)
