// Cuts a large untrusted text into pieces that are parsed apart, so that only what is seen is. In time linear in the
// text. Pure.
import { indentOf } from "./depth.js";
import { LIMITS } from "./limits.js";

// Walks over lines, and knows of each how a piece may end before it.
const FENCE = /^([ \t]*)(`{3,}|~{3,})(.*)/;
const ITEM = /^[ \t]*(?:([-*+])|(\d{1,9})[.)])(?:[ \t]|$)/;
const TABLE_RULE = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;
class Cutter {
  constructor(text) {
    Object.assign(this, { text, pieces: [], start: 0, indent: 0, fence: null, isMath: false, blank: true });
    Object.assign(this, { list: null, table: "", before: "", head: "", number: null });
  }
  // What is cut off: Markdown, or code, or too large for either.
  put(end, more = {}) {
    const raw = this.text.slice(this.start, end);
    if (raw) {
      const text = this.head + (this.indent ? outdent(raw, this.indent) : raw);
      const kind = text.length > LIMITS.most ? "plain" : "markdown";
      const { indent, number } = this;
      this.pieces.push({ kind, text, indent, number, why: kind === "plain" ? "long" : "", ...more });
    }
    Object.assign(this, { start: end, indent: 0, head: "", number: null });
  }
  line(at, end) {
    const line = this.text.slice(at, Math.min(end, at + 400)).trimEnd();
    const match = FENCE.exec(line);
    if (this.fence) {
      if (match?.[2].startsWith(this.fence.marks) && !match[3].trim()) this.closeFence(end);
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
    const item = ITEM.exec(line);
    if (item && !this.list) this.list = { numbers: [] };
    if (item && this.list && indentOf(line) < 2 && item[2]) this.list.numbers.push(Number(item[2]));
    if (!line) this.table = "";
    else if (!this.list && TABLE_RULE.test(line) && line.includes("|") && this.before.includes("|"))
      this.table = `${this.before}\n${line}\n`;
  }
  cutBefore(at, line) {
    if (!line) return;
    const [size, indent, isItem] = [at - this.start, indentOf(line), ITEM.test(line)];
    if (this.blank && indent < 2 && !(this.list && isItem)) {
      this.list = null;
      this.table = "";
      if (size >= LIMITS.soft || this.indent) this.put(at);
    } else if (this.list && isItem) {
      if (size >= LIMITS.hard || (this.indent && indent < this.indent)) {
        this.put(at);
        this.indent = indent < 2 ? 0 : indent;
        // "1." before every item counts by itself, but not across pieces.
        const { numbers } = this.list;
        if (indent < 2 && numbers.length > 1 && numbers[0] === numbers[1]) this.number = numbers[0] + numbers.length;
      }
    } else if (!this.list && !this.blank && indent < 2 && size >= LIMITS.hard) {
      const head = line.includes("|") ? this.table : "";
      this.put(at, head ? {} : { isContinued: true });
      this.head = head;
    }
  }
  closeFence(end) {
    const { at, inner, language, isTop } = this.fence;
    this.fence = null;
    if (!isTop || end - at < LIMITS.hard) return;
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
const outdent = (text, width) =>
  text
    .split("\n")
    .map((line) => {
      const indent = indentOf(line);
      return " ".repeat(Math.max(0, indent - width)) + line.trimStart();
    })
    .join("\n");
// An image within its address is shown as its size: the address is taken out before anything looks at it.
const DATA_IMAGE = /(!\[[^\]\n]{0,500}\]\(\s*<?)data:([\w/.+-]{0,100})((?:;[\w.=-]{1,60}){0,4}),([^)\s>]{64,})/g;
const withoutData = (text) =>
  text.includes("](data:") || text.includes("](<data:")
    ? text.replace(DATA_IMAGE, (_all, lead, type, more, data) => {
        const size = more.includes("base64") ? Math.floor((data.length * 3) / 4) : data.length;
        return `${lead}data:${type};size=${size},`;
      })
    : text;
// Display math between lines of its own, in the marks that the parser knows.
const DISPLAY_MATH = /^([ \t]*)\\\[[ \t]*\n((?:(?![ \t]*\\[[\]][ \t]*$).*\n){1,100}?)[ \t]*\\\][ \t]*$/gm;
const withDollars = (text) =>
  text.includes("\\[") ? text.replace(DISPLAY_MATH, (_all, indent, tex) => `${indent}$$\n${tex}${indent}$$`) : text;
export const cut = (text) => {
  const given = withDollars(withoutData(text));
  const whole = { kind: "markdown", text: given, indent: 0, number: null, why: "" };
  return given.length <= LIMITS.whole ? [whole] : new Cutter(given).cut();
};
// Small blocks are parsed together; only the last group changes while more come.
export const joined = (texts, size = 500) => {
  const joined = [];
  for (const text of texts) {
    const last = joined.length - 1;
    if (last >= 0 && joined[last].length < size) joined[last] += text;
    else joined.push(text);
  }
  return joined;
};
