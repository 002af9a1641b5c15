// What stands before a page's title. Pure.

// The title with its count and its sign, whatever it had before.
export const marked = (title, count, needs) => {
  const plain = title.replace(/^(✋ )?(\(\d+\) )?/, "");
  return `${needs ? "✋ " : ""}${count ? `(${count}) ` : ""}${plain}`;
};
