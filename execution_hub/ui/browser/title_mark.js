// What the title of the browser's tab says. Pure.

const HUB = "Execution Hub";

// The title of a page by what it shows; empty while nobody knows that.
export const titled = (name) => (name ? `${name} · ${HUB}` : "");

// The title with its count and its sign, whatever it had before.
export const marked = (title, count, needs) => {
  const plain = title.replace(/^(✋ )?(\(\d+\) )?/, "");
  return `${needs ? "✋ " : ""}${count ? `(${count}) ` : ""}${plain}`;
};
