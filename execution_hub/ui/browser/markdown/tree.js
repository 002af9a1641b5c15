// Changes what Markdown was parsed to, in the browser where it is parsed (a remark plugin). Pure.
import { cutLink } from "./link_end.js";
import { definition, htmlText, mathNode, numberItems, widenTable, withProps } from "./nodes.js";
import { noteMark, notesWithin, noteText } from "./notes.js";

const DIRECTED = new Set(["paragraph", "heading", "listItem", "tableCell"]);
const change = (node, parent, known) => {
  if (DIRECTED.has(node.type)) withProps(node, { dir: "auto" });
  switch (node.type) {
    case "link":
      if (!node.children.length) node.children = [{ type: "text", value: node.url }];
      return cutLink(node, known.source);
    case "definition":
      return definition(node, known);
    case "footnoteReference":
      return [noteMark(node.label ?? node.identifier)];
    case "footnoteDefinition":
      return [noteText(node)];
    case "text":
      return notesWithin(node, known.notes);
    case "html":
      return [htmlText(node, parent)];
    case "inlineMath":
      return [mathNode(node, parent, known.source)];
    case "table":
      widenTable(node);
      return [node];
    case "list":
      numberItems(node, known.source, isFirst(node, parent) ? known.number : null);
      return [node];
    default:
      return [node];
  }
};
const isFirst = (node, { type, children }) =>
  type === "root" && children.find((each) => each.type !== "definition") === node;
const walk = (node, known) => {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => change(child, node, known));
  for (const child of node.children) walk(child, known);
};
export const tree = (known) => (tree, file) => walk(tree, { ...known, source: String(file) });
