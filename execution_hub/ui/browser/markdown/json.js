// JSON shown as JSON: indented, and otherwise letter by letter as it was written. Pure.

// `JSON.parse` only says whether it is JSON: what it returns would round big integers, drop repeated names
// and write numbers anew.
const JSON_LIMITS = { most: 8000000, deep: 30 };
const isJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const stringEnd = (text, start) => {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
};
const indented = (text) => {
  const out = [];
  let [depth, at] = [0, 0];
  // Beyond some depth, spaces would outweigh the text.
  const line = () => `\n${"  ".repeat(Math.min(depth, JSON_LIMITS.deep))}`;
  const skip = (from) => {
    while (/\s/.test(text[from] ?? "x")) from += 1;
    return from;
  };
  for (at = skip(at); at < text.length; at = skip(at)) {
    const each = text[at];
    let end = at + 1;
    if (each === '"') end = stringEnd(text, at);
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
export const shownJson = (text) => {
  const given = text.trim();
  if (given.length > JSON_LIMITS.most || !'{["'.includes(given[0] ?? "x")) return null;
  if (isJson(given)) return indented(given);
  if (given[0] === '"' || !given.includes("\n")) return null;
  const lines = given.split("\n").filter((each) => each.trim());
  return lines.every((each) => /^\s*[{[]/.test(each) && isJson(each)) ? lines.map(indented).join("\n") : null;
};
// Whether what is being written looks as if it became JSON: it stays as it is until that is known.
export const mayBeJson = (text) => /^\s*(?:\{\s*(?:["}]|$)|\[\s*[{["])/.test(text.slice(0, 200));
