// The steps and lines as React Flow wants them, each the same object while nothing of it has changed. Pure.
import { keep } from "../keep.js";
import { edgeId, STEP_SIZE } from "./layout.js";

// React Flow need not measure what has a fixed size, and says nothing of its own in English.
const MEASURED = {
  ...STEP_SIZE,
  measured: { ...STEP_SIZE },
  domAttributes: { "aria-roledescription": undefined },
};
const SILENT = { ariaLabel: null, domAttributes: { "aria-roledescription": undefined } };

export const flowNodes = (kept, nodes, edges, places, selected, words) => {
  const names = new Map(nodes.map((node) => [node.key, node.name]));
  const before = new Map();
  for (const { source, target, label } of edges) {
    const name = label ? `${names.get(source)} (${label})` : names.get(source);
    before.set(target, [...(before.get(target) ?? []), name]);
  }
  return nodes.map((node) => {
    const { key } = node;
    const after = before.has(key) ? words.after.replace("{names}", before.get(key).join(", ")) : "";
    const data = keep(kept, `data ${key}`, { ...node, after, isSelected: key === selected });
    return keep(kept, `node ${key}`, { id: key, type: "step", position: places[key], data, ...MEASURED });
  });
};

export const flowEdges = (kept, edges, lines) =>
  edges.map(({ source, target, status, label }) => {
    const id = edgeId({ source, target });
    const data = keep(kept, `line ${id}`, { line: lines[id], label, status });
    const look = { className: `is-${status || "open"}`, animated: status === "active" };
    return keep(kept, `edge ${id}`, { id, source, target, type: "line", data, ...look, ...SILENT });
  });
