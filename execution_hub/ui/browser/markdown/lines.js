// A long text in groups of lines. Pure.

// Where a group ends that begins at `start`: after a line feed, or in the midst of a line that goes on for ever, which
// no browser breaks in a time that anybody waits; never within a character.
const endOf = (text, start, size) => {
  if (start + size >= text.length) return text.length;
  const end = text.indexOf("\n", start + size) + 1 || text.length;
  if (end <= start + 2 * size) return end;
  const cut = start + 2 * size;
  return text.charCodeAt(cut - 1) >> 10 === 0x36 ? cut - 1 : cut;
};

// A group keeps its line feed.
export const groups = (text, size = 8000) => {
  const found = [];
  for (let start = 0; start < text.length; ) {
    const end = endOf(text, start, size);
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
};

// About how many lines a text takes on the screen.
export const lineCount = (text) => {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return Math.max(lines, Math.ceil(text.length / 100));
};
