// Changes to single nodes of a parsed text, where rendering them plainly would hide what was said. Pure.
import { labelOf } from "./references.js";

export const withProps = (node, props) => {
  node.data = { ...node.data, hProperties: { ...node.data?.hProperties, ...props } };
  return node;
};
// The numbers that were written, if they are no plain row and not one number for all.
export const numberItems = (node, source, number) => {
  if (!node.ordered) return;
  const items = node.children;
  // A marker's number has at most nine digits.
  const written = items.map(({ position: { start } }) => parseInt(source.slice(start.offset, start.offset + 9), 10));
  if (number !== null) node.start = number;
  else if (written.some((each) => each !== written[0]))
    items.forEach((item, index) => {
      const isNext = index > 0 && written[index] === written[index - 1] + 1;
      if (index > 0 && !isNext && Number.isFinite(written[index])) withProps(item, { value: written[index] });
    });
};
// Cells beyond the heading's would be dropped.
export const widenTable = (node) => {
  const width = Math.max(...node.children.map((row) => row.children.length));
  node.align = Array.from({ length: width }, (_, index) => node.align?.[index] ?? null);
};
// What is used shows at its use; what is not would be gone.
export const definition = (node, { lent, used }) => {
  const isLent = node.position && node.position.end.offset <= lent;
  if (isLent || used.has(labelOf(node.label ?? node.identifier))) return [node];
  const link = { type: "link", url: node.url, title: node.title, children: [{ type: "text", value: node.url }] };
  const label = { type: "text", value: `[${node.label}]: ` };
  return [node, withProps({ type: "paragraph", children: [label, link] }, { dir: "auto" })];
};
export const htmlText = (node, parent) => {
  if (parent.type === "tableCell" && /^<br[ \t]*\/?>$/i.test(node.value)) return { type: "break" };
  // Between blocks it is a block itself, whose lines count.
  const isBlock = !["paragraph", "heading", "tableCell", "emphasis", "strong", "delete", "link"].includes(parent.type);
  const text = { type: "text", value: node.value };
  if (!isBlock) return text;
  const data = { hProperties: { className: ["plain"], dir: "auto" }, hChildren: [text] };
  return { type: "paragraph", children: [], data };
};
export const mathNode = (node, parent, source) => {
  const mark = source.slice(node.position?.start.offset ?? 0, (node.position?.start.offset ?? 0) + 2);
  const given = mark === "$$" ? ["math-dollars"] : [];
  const isDisplay = mark === "\\[" || (mark === "$$" && parent.type === "paragraph" && parent.children.length === 1);
  return withProps(node, { className: ["language-math", isDisplay ? "math-display" : "math-inline", ...given] });
};
