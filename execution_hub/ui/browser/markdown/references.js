// What is defined in one piece of a text and used in another. In time linear in the text. Pure.

// A definition is taken only if it looks like one.
const LABEL = /\[((?:[^[\]\\\n]|\\.){1,200})\]/g;
const TARGET = /^[ >]{0,6}\[(?!\^)((?:[^[\]\\\n]|\\.){1,200})\]:[ \t]*(<[^<>\n]*>|[^\s<]\S*)/;
const TITLE = /(?:[ \t]+("[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$/;
const DEFINITION = new RegExp(TARGET.source + TITLE.source, "gm");
const NOTE = /^ {0,3}\[\^([^\]\s]{1,100})\]:/gm;
export const labelOf = (label) => label.trim().replace(/\s+/g, " ").toLowerCase();
export const references = (texts) => {
  const found = { lines: new Map(), notes: new Set(), used: new Set() };
  for (const text of texts) {
    if (!text.includes("]")) continue;
    for (const [, label, url, title] of text.matchAll(DEFINITION)) {
      const line = `[${label}]: ${url} ${title ?? ""}\n`;
      if (/^<|[:/.#]/.test(url) && !found.lines.has(labelOf(label))) found.lines.set(labelOf(label), line);
    }
    for (const [, label] of text.matchAll(NOTE)) found.notes.add(label);
    for (const match of text.matchAll(LABEL))
      if (text[match.index + match[0].length] !== ":") found.used.add(labelOf(match[1]));
  }
  return found;
};
// The definitions that a piece uses and lacks, to stand before it.
export const lent = (text, { lines }) => {
  if (!lines.size || !text.includes("[")) return "";
  const wanted = new Set([...text.matchAll(LABEL)].map(([, label]) => labelOf(label)));
  const lent = [...wanted].filter((label) => lines.has(label)).map((label) => lines.get(label));
  return lent.length ? `${lent.join("")}\n` : "";
};
