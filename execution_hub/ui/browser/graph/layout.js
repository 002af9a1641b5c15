// Where the steps of a graph stand and how the lines between them run. Pure: dagre is given.
import { path } from "./path.js";

// Sizes are fixed, so that the layout follows from the set of steps alone, never from what they say.
export const STEP_SIZE = { width: 168, height: 58 };
const LABEL_HEIGHT = 20;
const MANY_STEPS = 60;

export const labelWidth = (label) =>
  Math.min(150, 18 + [...label].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 6.6), 0));

export const edgeId = ({ source, target }) => JSON.stringify([source, target]);

export const knownEdges = (nodes, edges) => {
  const keys = new Set(nodes.map((node) => node.key));
  const known = edges.filter((edge) => keys.has(edge.source) && keys.has(edge.target) && edge.source !== edge.target);
  return [...new Map(known.map((edge) => [edgeId(edge), edge])).values()];
};

export const shapeOf = (nodes, edges, isNarrow) =>
  JSON.stringify([isNarrow, nodes.map(({ key }) => key), edges.map((edge) => [edge.source, edge.target, edge.label])]);

// Steps that follow and precede the same ones stand in the order in which they were written; but a label takes
// its own place between two steps, and lines that do not cross are worth more than the order.
export const constraints = (nodes, edges) => {
  const around = new Map(nodes.map(({ key }) => [key, { before: [], after: [], isFree: false }]));
  for (const { source, target, label } of edges) {
    const [from, to] = [around.get(source), around.get(target)];
    from.after.push(target);
    to.before.push(source);
    if (label) {
      from.isFree = true;
      to.isFree = true;
    }
  }
  const last = new Map();
  return nodes.flatMap(({ key }) => {
    const { before, after, isFree } = around.get(key);
    if (isFree) return [];
    const alike = JSON.stringify([before.sort(), after.sort()]);
    const left = last.get(alike);
    last.set(alike, key);
    return left === undefined ? [] : [{ left, right: key }];
  });
};

const arranged = (dagre, nodes, edges, isNarrow) => {
  const graph = new dagre.graphlib.Graph();
  // The shortest lines and the order of writing take too long for many steps.
  const isMany = nodes.length > MANY_STEPS;
  const ranker = isMany ? "tight-tree" : "network-simplex";
  const rankdir = isNarrow ? "TB" : "LR";
  graph.setGraph({ rankdir, ranker, nodesep: 16, ranksep: isNarrow ? 36 : 44, edgesep: 14 });
  for (const { key } of nodes) graph.setNode(key, { ...STEP_SIZE });
  for (const { source, target, label } of edges) {
    const size = label ? { width: labelWidth(label), height: LABEL_HEIGHT, labelpos: "c" } : {};
    graph.setEdge(source, target, size);
  }
  dagre.layout(graph, isMany ? {} : { constraints: constraints(nodes, edges) });
  return graph;
};

// `along` is the way the work flows: left to right, or down on a narrow screen.
export const layoutOf = (dagre, nodes, edges, isNarrow) => {
  const graph = arranged(dagre, nodes, edges, isNarrow);
  const along = ({ x, y }) => Math.round(isNarrow ? y : x);
  const half = (size) => (isNarrow ? size.height : size.width) / 2;
  const places = {};
  // Where steps or labels stand, along the way, and how much of it they take: lines run straight there.
  const ranks = new Map();
  for (const { key } of nodes) {
    const { x, y } = graph.node(key);
    places[key] = { x: x - STEP_SIZE.width / 2, y: y - STEP_SIZE.height / 2 };
    ranks.set(along({ x, y }), half(STEP_SIZE));
  }
  const drawn = edges.map((edge) => [edge, graph.edge(edge.source, edge.target)]);
  for (const [{ label }, line] of drawn) {
    if (label) ranks.set(along(line), Math.max(half(line), ranks.get(along(line)) ?? 0));
  }
  const lines = {};
  for (const [edge, { points, x, y }] of drawn) {
    const ends = [graph.node(edge.source), graph.node(edge.target)];
    const [source, target] = ends.map((at) => ({ ...at, half: half(at) }));
    const passed = points.slice(1, -1).filter((point) => ranks.has(along(point)));
    const stops = passed.map((point) => ({ ...point, half: ranks.get(along(point)) }));
    lines[edgeId(edge)] = { path: path([source, ...stops, target], isNarrow), at: edge.label ? { x, y } : null };
  }
  const { width = 0, height = 0 } = graph.graph();
  return { places, lines, width, height };
};
