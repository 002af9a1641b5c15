"""Browser code that looks at untrusted Markdown before it is parsed. Each function takes time linear in its text.

It cuts a large text into pieces that are parsed apart, so that only what is seen is, and finds what the parser,
which is recursive, must not be given.
"""

# Sizes in characters. Up to `whole`, a text stays one piece, and what refers within it works by itself. From
# `soft` on a piece ends where Markdown ends a block, from `hard` on between items, lines or rows, and one
# larger than `most` is not parsed at all. More levels than `deep` nobody writes by intent.
LIMITS = """
const HUB_MARKDOWN = { whole: 8000, soft: 3000, hard: 4500, most: 10000, deep: 100 };
"""

# How deep elements would lie in each other: containers by their marks and by indentation, brackets, emphasis.
# It may find more than there is, never much less; a fault that slips through ends at the guard around each piece.
DEPTH = r"""
const HUB_MARK = /[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))/y;
const hubIndent = (line) => {
  let width = 0;
  for (const each of line) {
    if (each === "\t") width += 4 - (width % 4);
    else if (each === " ") width += 1;
    else break;
  }
  return width;
};
const hubContainerDepth = (text) => {
  let deepest = 0;
  let indents = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    let marks = 0;
    HUB_MARK.lastIndex = 0;
    while (HUB_MARK.test(line)) marks += 1;
    if (line.trim()) {
      const indent = hubIndent(line);
      while (indents.length && indents[indents.length - 1] >= indent) indents.pop();
      if (marks) indents.push(indent);
    }
    deepest = Math.max(deepest, indents.length + Math.max(0, marks - 1));
    start = end < 0 ? text.length : end + 1;
  }
  return deepest;
};
const hubInlineDepth = (text) => {
  const open = { "[": 0, "*": 0, _: 0, "~": 0 };
  let deepest = 0;
  for (const match of text.matchAll(/\n[ \t]*\n|\\.|[[\]]|([*_~])\1*/g)) {
    const [run] = match;
    if (run[0] === "\n") for (const each in open) open[each] = 0;
    if (run[0] === "\n" || run[0] === "\\") continue;
    if (run === "]") open["["] = Math.max(0, open["["] - 1);
    else if (run === "[") open["["] += 1;
    else {
      const [before, after] = [text[match.index - 1] ?? " ", text[match.index + run.length] ?? " "];
      const levels = Math.ceil(run.length / 2);
      // What follows a space can only open, what stands before one can only close.
      if (/\s/.test(before)) open[run[0]] += /\s/.test(after) ? 0 : levels;
      else if (/\s/.test(after) || open[run[0]] > 0) open[run[0]] = Math.max(0, open[run[0]] - levels);
      else open[run[0]] += levels;
    }
    deepest = Math.max(deepest, open["["] + open["*"] + open._ + open["~"]);
  }
  return deepest;
};
const hubIsDeep = (text) => Math.max(hubContainerDepth(text), hubInlineDepth(text)) > HUB_MARKDOWN.deep;
"""

# Walks over lines, and knows of each how a piece may end before it.
CUT = r"""
const HUB_FENCE = /^([ \t]*)(`{3,}|~{3,})(.*)/;
const HUB_ITEM = /^[ \t]*(?:([-*+])|(\d{1,9})[.)])(?:[ \t]|$)/;
const HUB_TABLE_RULE = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;
class HubCutter {
  constructor(text) {
    Object.assign(this, { text, pieces: [], start: 0, indent: 0, fence: null, isMath: false, blank: true });
    Object.assign(this, { list: null, table: "", before: "", head: "", number: null });
  }
  // What is cut off: Markdown, or code, or too large for either.
  put(end, more = {}) {
    const raw = this.text.slice(this.start, end);
    if (raw) {
      const text = this.head + (this.indent ? hubOutdent(raw, this.indent) : raw);
      const kind = text.length > HUB_MARKDOWN.most ? "plain" : "markdown";
      const { indent, number } = this;
      this.pieces.push({ kind, text, indent, number, why: kind === "plain" ? "long" : "", ...more });
    }
    Object.assign(this, { start: end, indent: 0, head: "", number: null });
  }
  line(at, end) {
    const line = this.text.slice(at, Math.min(end, at + 400)).trimEnd();
    const match = HUB_FENCE.exec(line);
    if (this.fence) {
      if (match && match[2].startsWith(this.fence.marks) && !match[3].trim()) this.closeFence(end);
    } else if (this.isMath) {
      if (line.endsWith("$$")) this.isMath = false;
    } else {
      this.cutBefore(at, line);
      if (match && (this.list || match[1].length < 4) && !(match[2][0] === "`" && match[3].includes("`")))
        this.fence = { marks: match[2], at, inner: end, language: match[3].trim(), isTop: !this.list };
      else if (line.trim().startsWith("$$") && !line.trim().slice(2).includes("$$")) this.isMath = true;
      else this.note(line);
    }
    this.blank = !line;
    this.before = line;
  }
  note(line) {
    const item = HUB_ITEM.exec(line);
    if (item && !this.list) this.list = { numbers: [] };
    if (item && this.list && hubIndent(line) < 2 && item[2]) this.list.numbers.push(Number(item[2]));
    if (!line) this.table = "";
    else if (!this.list && HUB_TABLE_RULE.test(line) && line.includes("|") && this.before.includes("|"))
      this.table = `${this.before}\n${line}\n`;
  }
  cutBefore(at, line) {
    if (!line) return;
    const [size, indent, isItem] = [at - this.start, hubIndent(line), HUB_ITEM.test(line)];
    if (this.blank && indent < 2 && !(this.list && isItem)) {
      this.list = null;
      this.table = "";
      if (size >= HUB_MARKDOWN.soft || this.indent) this.put(at);
    } else if (this.list && isItem) {
      if (size >= HUB_MARKDOWN.hard || (this.indent && indent < this.indent)) {
        this.put(at);
        this.indent = indent < 2 ? 0 : indent;
        // "1." before every item counts by itself, but not across pieces.
        const { numbers } = this.list;
        if (indent < 2 && numbers.length > 1 && numbers[0] === numbers[1]) this.number = numbers[0] + numbers.length;
      }
    } else if (!this.list && !this.blank && indent < 2 && size >= HUB_MARKDOWN.hard) {
      const head = line.includes("|") ? this.table : "";
      this.put(at, head ? {} : { isContinued: true });
      this.head = head;
    }
  }
  closeFence(end) {
    const { at, inner, language, isTop } = this.fence;
    this.fence = null;
    if (!isTop || end - at < HUB_MARKDOWN.hard) return;
    this.put(at);
    const text = this.text.slice(inner, end).replace(/\n[ \t]*(?:`{3,}|~{3,})[ \t]*\n?$/, "\n");
    this.start = end;
    this.pieces.push({ kind: "code", text, language, indent: 0, number: null, why: "" });
  }
  cut() {
    let at = 0;
    while (at < this.text.length) {
      const end = this.text.indexOf("\n", at) + 1 || this.text.length;
      this.line(at, end);
      at = end;
    }
    if (this.fence) this.closeFence(at);
    this.put(at);
    return this.pieces;
  }
}
const hubOutdent = (text, width) =>
  text
    .split("\n")
    .map((line) => {
      const indent = hubIndent(line);
      return " ".repeat(Math.max(0, indent - width)) + line.trimStart();
    })
    .join("\n");
// An image within its address is shown as its size: the address is taken out before anything looks at it.
const HUB_DATA_IMAGE = /(!\[[^\]\n]{0,500}\]\(\s*<?)data:([\w/.+-]{0,100})((?:;[\w.=-]{1,60}){0,4}),([^)\s>]{64,})/g;
const hubWithoutData = (text) =>
  text.includes("](data:") || text.includes("](<data:")
    ? text.replace(HUB_DATA_IMAGE, (all, lead, type, more, data) => {
        const size = more.includes("base64") ? Math.floor((data.length * 3) / 4) : data.length;
        return `${lead}data:${type};size=${size},`;
      })
    : text;
// Display math between lines of its own, in the marks that the parser knows.
const HUB_DISPLAY_MATH = /^([ \t]*)\\\[[ \t]*\n((?:(?![ \t]*\\[\[\]][ \t]*$).*\n){1,100}?)[ \t]*\\\][ \t]*$/gm;
const hubWithDollars = (text) =>
  text.includes("\\[")
    ? text.replace(HUB_DISPLAY_MATH, (all, indent, tex) => `${indent}$$\n${tex}${indent}$$`)
    : text;
const hubCut = (text) => {
  const given = hubWithDollars(hubWithoutData(text));
  const whole = { kind: "markdown", text: given, indent: 0, number: null, why: "" };
  return given.length <= HUB_MARKDOWN.whole ? [whole] : new HubCutter(given).cut();
};
// Small blocks are parsed together; only the last group changes while more come.
const hubJoined = (texts, size = 500) => {
  const joined = [];
  for (const text of texts) {
    const last = joined.length - 1;
    if (last >= 0 && joined[last].length < size) joined[last] += text;
    else joined.push(text);
  }
  return joined;
};
"""

# What is defined in one piece and used in another. A definition is taken only if it looks like one.
REFERENCES = r"""
const HUB_LABEL = /\[((?:[^[\]\\\n]|\\.){1,200})\]/g;
const HUB_TARGET = /^[ >]{0,6}\[(?!\^)((?:[^[\]\\\n]|\\.){1,200})\]:[ \t]*(<[^<>\n]*>|[^\s<]\S*)/;
const HUB_TITLE = /(?:[ \t]+("[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$/;
const HUB_DEFINITION = new RegExp(HUB_TARGET.source + HUB_TITLE.source, "gm");
const HUB_NOTE = /^ {0,3}\[\^([^\]\s]{1,100})\]:/gm;
const hubLabel = (label) => label.trim().replace(/\s+/g, " ").toLowerCase();
const hubReferences = (texts) => {
  const found = { lines: new Map(), notes: new Set(), used: new Set() };
  for (const text of texts) {
    if (!text.includes("]")) continue;
    for (const [, label, url, title] of text.matchAll(HUB_DEFINITION)) {
      const line = `[${label}]: ${url} ${title ?? ""}\n`;
      if (/^<|[:/.#]/.test(url) && !found.lines.has(hubLabel(label))) found.lines.set(hubLabel(label), line);
    }
    for (const [, label] of text.matchAll(HUB_NOTE)) found.notes.add(label);
    for (const match of text.matchAll(HUB_LABEL))
      if (text[match.index + match[0].length] !== ":") found.used.add(hubLabel(match[1]));
  }
  return found;
};
// The definitions that a piece uses and lacks, to stand before it.
const hubLent = (text, { lines }) => {
  if (!lines.size || !text.includes("[")) return "";
  const wanted = new Set([...text.matchAll(HUB_LABEL)].map(([, label]) => hubLabel(label)));
  const lent = [...wanted].filter((label) => lines.has(label)).map((label) => lines.get(label));
  return lent.length ? `${lent.join("")}\n` : "";
};
"""
