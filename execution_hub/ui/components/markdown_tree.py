"""Browser code that changes what Markdown was parsed to, where rendering it plainly would hide what was said."""

# \( … \) and \[ … \] within a paragraph, as a tokenizer for micromark: it takes the tokens of its extension for
# dollars, so that all that follows knows them. Codes: 40 41 91 93 92 are ( ) [ ] \, below -2 a line's end.
MATH_SYNTAX = r"""
// In which paragraph a formula was found to have no end: looked for once, not after each mark.
const hubUnclosed = new WeakMap();
function hubTokenizeMath(effects, ok, nok) {
  const unclosed = hubUnclosed.get(this) ?? new Set();
  hubUnclosed.set(this, unclosed);
  let [close, token] = [0, null];
  const isLineEnd = (code) => code !== null && code < -2;
  const start = (code) => {
    effects.enter("mathText");
    effects.enter("mathTextSequence");
    effects.consume(code);
    return open;
  };
  const open = (code) => {
    if (code !== 40 && code !== 91) return nok(code);
    close = code === 40 ? 41 : 93;
    if (unclosed.has(close)) return nok(code);
    effects.consume(code);
    effects.exit("mathTextSequence");
    return between;
  };
  const between = (code) => {
    if (code === null) {
      unclosed.add(close);
      return nok(code);
    }
    if (isLineEnd(code)) {
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      return between;
    }
    if (code === 92) {
      token = effects.enter("mathTextSequence");
      effects.consume(code);
      return escaped;
    }
    effects.enter("mathTextData");
    return data(code);
  };
  const escaped = (code) => {
    if (code === close) {
      effects.consume(code);
      effects.exit("mathTextSequence");
      effects.exit("mathText");
      return ok;
    }
    token.type = "mathTextData";
    if (code === 92) {
      effects.consume(code);
      return data;
    }
    return data(code);
  };
  const data = (code) => {
    if (code === null || code === 92 || isLineEnd(code)) {
      effects.exit("mathTextData");
      return between(code);
    }
    effects.consume(code);
    return data;
  };
  return start;
}
function hubMathSyntax() {
  const data = this.data();
  (data.micromarkExtensions ??= []).push({ text: { 92: { name: "hubMath", tokenize: hubTokenizeMath } } });
}
"""

# A literal address ends where its sentence goes on: at punctuation of Chinese or Japanese, or a full-width form.
LINKS = r"""
const HUB_AFTER_URL = /[\u2018-\u201f\u2026\u3000-\u303f\uff00-\uff65\uffe0-\uffee]/;
const hubCutLink = (node, source) => {
  const [label] = node.children;
  if (node.children.length !== 1 || label.type !== "text" || !node.url.endsWith(label.value)) return [node];
  const at = label.value.search(HUB_AFTER_URL);
  if (at <= 0 || "<[".includes(source[node.position?.start.offset] ?? " ")) return [node];
  const lead = node.url.slice(0, node.url.length - label.value.length);
  const shown = label.value.slice(0, at).replace(/[?!.,:*_~]+$/, "");
  const rest = label.value.slice(shown.length);
  const text = { type: "text", value: rest };
  // What came after the sentence's end may be an address again.
  const link = { ...node, url: lead + shown, children: [{ type: "text", value: shown }] };
  const next = rest.search(/https?:\/\/[^\s]/i);
  if (next < 0) return [link, text];
  const more = rest.slice(next);
  const again = { type: "link", url: more, title: null, children: [{ type: "text", value: more }] };
  return [link, { type: "text", value: rest.slice(0, next) }, ...hubCutLink(again, "")];
};
"""

_NOTES = r"""
const hubNoteMark = (label) => ({
  type: "emphasis",
  data: { hName: "sup", hProperties: { className: ["note-mark"] } },
  children: [{ type: "text", value: label }],
});
// A note stands where it was written; what points at it from another piece was not known for a mark.
const hubNoteText = (node) => {
  const [first, ...rest] = node.children;
  const mark = [hubNoteMark(node.label ?? node.identifier), { type: "text", value: " " }];
  const isText = first?.type === "paragraph";
  const lead = { type: "paragraph", children: isText ? [...mark, ...first.children] : mark };
  return {
    type: "blockquote",
    data: { hName: "div", hProperties: { className: ["note"] } },
    children: [lead, ...(isText ? rest : node.children)],
  };
};
const hubNotesWithin = (node, notes) => {
  if (!notes.size || !node.value.includes("[^")) return [node];
  return node.value.split(/(\[\^[^\]\s]{1,100}\])/).flatMap((part, index) => {
    const label = part.slice(2, -1);
    if (index % 2 && notes.has(label)) return [hubNoteMark(label)];
    return part ? [{ type: "text", value: part }] : [];
  });
};
"""

_NODES = r"""
const hubWithProps = (node, props) => {
  node.data = { ...node.data, hProperties: { ...node.data?.hProperties, ...props } };
  return node;
};
// The numbers that were written, if they are no plain row and not one number for all.
const hubNumberItems = (node, source, number) => {
  if (!node.ordered) return;
  const items = node.children;
  // A marker's number has at most nine digits.
  const written = items.map(({ position: { start } }) => parseInt(source.slice(start.offset, start.offset + 9), 10));
  if (number !== null) node.start = number;
  else if (written.some((each) => each !== written[0]))
    items.forEach((item, index) => {
      const isNext = index > 0 && written[index] === written[index - 1] + 1;
      if (index > 0 && !isNext && Number.isFinite(written[index])) hubWithProps(item, { value: written[index] });
    });
};
// Cells beyond the heading's would be dropped.
const hubWidenTable = (node) => {
  const width = Math.max(...node.children.map((row) => row.children.length));
  node.align = Array.from({ length: width }, (_, index) => node.align?.[index] ?? null);
};
// What is used shows at its use; what is not would be gone.
const hubDefinition = (node, { lent, used }) => {
  const isLent = node.position && node.position.end.offset <= lent;
  if (isLent || used.has(hubLabel(node.label ?? node.identifier))) return [node];
  const link = { type: "link", url: node.url, title: node.title, children: [{ type: "text", value: node.url }] };
  const label = { type: "text", value: `[${node.label}]: ` };
  return [node, hubWithProps({ type: "paragraph", children: [label, link] }, { dir: "auto" })];
};
const hubHtml = (node, parent) => {
  if (parent.type === "tableCell" && /^<br[ \t]*\/?>$/i.test(node.value)) return { type: "break" };
  // Between blocks it is a block itself, whose lines count.
  const isBlock = !["paragraph", "heading", "tableCell", "emphasis", "strong", "delete", "link"].includes(parent.type);
  const text = { type: "text", value: node.value };
  if (!isBlock) return text;
  const data = { hProperties: { className: ["plain"], dir: "auto" }, hChildren: [text] };
  return { type: "paragraph", children: [], data };
};
const hubMathNode = (node, parent, source) => {
  const mark = source.slice(node.position?.start.offset ?? 0, (node.position?.start.offset ?? 0) + 2);
  const given = mark === "$$" ? ["math-dollars"] : [];
  const isDisplay = mark === "\\[" || (mark === "$$" && parent.type === "paragraph" && parent.children.length === 1);
  return hubWithProps(node, { className: ["language-math", isDisplay ? "math-display" : "math-inline", ...given] });
};
"""

TREE = r"""
const HUB_DIRECTED = new Set(["paragraph", "heading", "listItem", "tableCell"]);
const hubChange = (node, parent, known) => {
  if (HUB_DIRECTED.has(node.type)) hubWithProps(node, { dir: "auto" });
  switch (node.type) {
    case "link":
      if (!node.children.length) node.children = [{ type: "text", value: node.url }];
      return hubCutLink(node, known.source);
    case "definition":
      return hubDefinition(node, known);
    case "footnoteReference":
      return [hubNoteMark(node.label ?? node.identifier)];
    case "footnoteDefinition":
      return [hubNoteText(node)];
    case "text":
      return hubNotesWithin(node, known.notes);
    case "html":
      return [hubHtml(node, parent)];
    case "inlineMath":
      return [hubMathNode(node, parent, known.source)];
    case "table":
      hubWidenTable(node);
      return [node];
    case "list":
      hubNumberItems(node, known.source, hubIsFirst(node, parent) ? known.number : null);
      return [node];
    default:
      return [node];
  }
};
const hubIsFirst = (node, { type, children }) =>
  type === "root" && children.find((each) => each.type !== "definition") === node;
const hubWalk = (node, known) => {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => hubChange(child, node, known));
  for (const child of node.children) hubWalk(child, known);
};
const hubTree = (known) => (tree, file) => hubWalk(tree, { ...known, source: String(file) });
"""

TREE_CODE = (MATH_SYNTAX, LINKS, _NOTES, _NODES, TREE)
