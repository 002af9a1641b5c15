"""Browser code that shows JSON as JSON: indented, and otherwise letter by letter as it was written."""

# `JSON.parse` only says whether it is JSON: what it returns would round big integers, drop repeated names
# and write numbers anew.
JSON_TEXT = r"""
const HUB_JSON = { most: 8000000, deep: 30 };
const hubIsJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const hubStringEnd = (text, start) => {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
};
const hubIndented = (text) => {
  const out = [];
  let [depth, at] = [0, 0];
  // Beyond some depth, spaces would outweigh the text.
  const line = () => `\n${"  ".repeat(Math.min(depth, HUB_JSON.deep))}`;
  const skip = (from) => {
    while (/\s/.test(text[from] ?? "x")) from += 1;
    return from;
  };
  while ((at = skip(at)) < text.length) {
    const each = text[at];
    let end = at + 1;
    if (each === '"') end = hubStringEnd(text, at);
    else if (!"{}[],:".includes(each)) while (end < text.length && !/[\s{}[\],:]/.test(text[end])) end += 1;
    if (each === "{" || each === "[") {
      const next = skip(end);
      if (text[next] === "}" || text[next] === "]") {
        out.push(each + text[next]);
        end = next + 1;
      } else {
        depth += 1;
        out.push(each, line());
      }
    } else if (each === "}" || each === "]") {
      depth -= 1;
      out.push(line(), each);
    } else if (each === ",") out.push(each, line());
    else if (each === ":") out.push(": ");
    else out.push(text.slice(at, end));
    at = end;
  }
  return out.join("");
};
// The whole text, or one value on each line; null if it is neither.
const hubJson = (text) => {
  const given = text.trim();
  if (given.length > HUB_JSON.most || !'{["'.includes(given[0] ?? "x")) return null;
  if (hubIsJson(given)) return hubIndented(given);
  if (given[0] === '"' || !given.includes("\n")) return null;
  const lines = given.split("\n").filter((each) => each.trim());
  return lines.every((each) => /^\s*[{[]/.test(each) && hubIsJson(each)) ? lines.map(hubIndented).join("\n") : null;
};
// Whether what is being written looks as if it became JSON: it stays as it is until that is known.
const hubMayBeJson = (text) => /^\s*(?:\{\s*(?:["}]|$)|\[\s*[{["])/.test(text.slice(0, 200));
"""
