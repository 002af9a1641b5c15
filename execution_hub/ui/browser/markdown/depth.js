// How deep the elements of untrusted Markdown would lie in each other: found before the parser, which is recursive, is
// given it. In time linear in the text. Pure.
import { LIMITS } from "./limits.js";

// Containers by their marks and by indentation, brackets, emphasis. It may find more than there is, never much less; a
// fault that slips through ends at the guard around each piece.
const MARK = /[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))/y;
export const indentOf = (line) => {
  let width = 0;
  for (const each of line) {
    if (each === "\t") width += 4 - (width % 4);
    else if (each === " ") width += 1;
    else break;
  }
  return width;
};
const containerDepth = (text) => {
  let deepest = 0;
  const indents = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    let marks = 0;
    MARK.lastIndex = 0;
    while (MARK.test(line)) marks += 1;
    if (line.trim()) {
      const indent = indentOf(line);
      while (indents.length && indents[indents.length - 1] >= indent) indents.pop();
      if (marks) indents.push(indent);
    }
    deepest = Math.max(deepest, indents.length + Math.max(0, marks - 1));
    start = end < 0 ? text.length : end + 1;
  }
  return deepest;
};
const inlineDepth = (text) => {
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
export const isDeep = (text) => Math.max(containerDepth(text), inlineDepth(text)) > LIMITS.deep;
