// Which diagrams are drawn, and what they become. Pure.

export const MOST = 8000;
// What would make mermaid load something while it draws is not given to it.
const REFUSED = /url\s*\(|@import|image-set|\b(?:img|icon)\b["']?\s*:|%%\s*\{|^\s*---/i;

export const isDrawn = (source) => source.length <= MOST && !REFUSED.test(source);

// A drawing as a picture: what is in a picture can neither run nor load anything.
export const pictureOf = (svg) => {
  const [, , width, height] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? "0 0 600 400").split(/[\s,]+/).map(Number);
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return { src, width: Math.ceil(width), height: Math.ceil(height) };
};
