// A long text in groups of lines. Pure.

// A group keeps its line feed.
export const groups = (text, size = 8000) => {
  const found = [];
  let start = 0;
  while (start < text.length) {
    const end = start + size < text.length ? text.indexOf("\n", start + size) + 1 : 0;
    found.push(text.slice(start, end || text.length));
    start = end || text.length;
  }
  return found;
};

// About how many lines a text takes on the screen.
export const lineCount = (text) => {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return Math.max(lines, Math.ceil(text.length / 100));
};
