// Which code is shown in colours. Pure.

// Past them the colours take longer than they help.
export const CODE_LIMITS = { most: 50000, line: 2000, deep: 40 };

// What stands behind the marks of a block: its first word names the language.
export const languageOf = (info) =>
  (info ?? "")
    .trim()
    .split(/[\s,{]/)[0]
    .slice(0, 30);

export const mayBeColoured = (text, language) =>
  language !== "" &&
  text.length <= CODE_LIMITS.most &&
  !text.split("\n").some((line) => line.length > CODE_LIMITS.line);

// Whether marks lie so deep within each other that drawing them would take the page away.
export const isDeepTree = (nodes, left = CODE_LIMITS.deep) =>
  left === 0 || nodes.some((node) => node.children && isDeepTree(node.children, left - 1));
