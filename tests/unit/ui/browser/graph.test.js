import assert from "node:assert/strict";
import { test } from "node:test";
import { flowEdges, flowNodes } from "../../../../execution_hub/ui/browser/graph/elements.js";
import { fitted, frameHeight, tipPlace } from "../../../../execution_hub/ui/browser/graph/fit.js";
import {
  constraints,
  knownEdges,
  labelWidth,
  layoutOf,
  shapeOf,
} from "../../../../execution_hub/ui/browser/graph/layout.js";
import { path } from "../../../../execution_hub/ui/browser/graph/path.js";
import { stepClass, stepLine } from "../../../../execution_hub/ui/browser/graph/words.js";

const node = (key, more) => ({ key, name: key, type: "agent", status: "", label: "", order: 0, ...more });
const edge = (source, target, label = "") => ({ source, target, label });
const [A, B, C, D] = ["a", "b", "c", "d"].map((key) => node(key));

// Puts the steps in a row, 200 apart, and each line through one point between its ends.
const fakeDagre = () => {
  const asked = [];
  class Graph {
    nodes = {};
    edges = {};
    setGraph(options) {
      this.options = options;
    }
    setNode(key, size) {
      this.nodes[key] = { ...size, x: 84 + 200 * Object.keys(this.nodes).length, y: 29 };
    }
    setEdge(source, target, label) {
      this.edges[source + target] = { ...label, x: 184, y: 29, points: [{}, {}] };
    }
    node(key) {
      return this.nodes[key];
    }
    edge(source, target) {
      return this.edges[source + target];
    }
    graph() {
      return { width: 368, height: 58 };
    }
  }
  return { asked, graphlib: { Graph }, layout: ({ options }, layout) => asked.push({ options, layout }) };
};

const LINES = [
  [{ label: "Analyst" }, "Analyst"],
  [{ status: "pending" }, "pending!"],
  [{ status: "pending", label: "needs a person" }, "needs a person"],
  [{ status: "running", phase: "writing", label: "Analyst" }, "writing"],
  [{ status: "running" }, "running!"],
  [{ status: "waiting", label: "needs a person" }, "waiting!"],
  [{ status: "waiting", label: "1.2k tokens", asks: "asks for send_mail" }, "asks for send_mail"],
  [{ status: "succeeded", label: "14.2 s · 3.1k tokens" }, "14.2 s · 3.1k tokens"],
  [{ status: "failed", label: "3.1 s" }, "failed! · 3.1 s"],
  [{ status: "skipped" }, "skipped!"],
];

test("the second line of a step says what matters now", () => {
  const words = new Proxy({}, { get: (_all, status) => status && `${String(status)}!` });
  for (const [fields, line] of LINES) assert.equal(stepLine(node("a", fields), words), line);
});

test("a step is marked by its status, or by its type while it is only written", () => {
  assert.equal(stepClass({ type: "approval" }), "step of-approval");
  assert.equal(stepClass({ status: "running", isSelected: true }), "step s-running is-selected");
  assert.equal(stepClass({ status: "succeeded", is_cut: true, problem: "?" }), "step s-succeeded is-cut has-problem");
});

test("the layout depends on the steps and lines, and on nothing they say", () => {
  const shape = shapeOf([A, B], [edge("a", "b")], false);
  assert.equal(shapeOf([node("a", { status: "running", label: "x" }), B], [edge("a", "b")], false), shape);
  assert.notEqual(shapeOf([A, B, C], [edge("a", "b")], false), shape);
  assert.notEqual(shapeOf([A, B], [edge("a", "b")], true), shape);
});

test("lines to unknown steps and doubled lines are left out", () => {
  const edges = [edge("a", "b"), edge("a", "b"), edge("a", "gone"), edge("gone", "b"), edge("a", "a")];
  assert.deepEqual(knownEdges([A, B], edges), [edge("a", "b")]);
});

test("the layout runs left to right, and downwards where it is narrow", () => {
  const dagre = fakeDagre();
  const wide = layoutOf(dagre, [A, B], [edge("a", "b")], false);
  layoutOf(dagre, [A, B], [edge("a", "b")], true);
  assert.deepEqual(wide.places, { a: { x: 0, y: 0 }, b: { x: 200, y: 0 } });
  // From the right side of the first step to the left side of the second one.
  assert.deepEqual(wide.lines, { '["a","b"]': { path: "M168,29C184,29 184,29 200,29", at: null } });
  assert.deepEqual(
    dagre.asked.map(({ options }) => options.rankdir),
    ["LR", "TB"],
  );
});

test("many steps are laid out in a way that stays quick", () => {
  const dagre = fakeDagre();
  const steps = Array.from({ length: 61 }, (_, number) => node(`s${number}`));
  layoutOf(dagre, steps, [], false);
  assert.equal(dagre.asked[0].options.ranker, "tight-tree");
  assert.deepEqual(dagre.asked[0].layout, {});
});

test("a line runs straight past what it passes", () => {
  const stops = [
    { x: 0, y: 0, half: 10 },
    { x: 50, y: 40, half: 10 },
    { x: 100, y: 0, half: 10 },
  ];
  assert.equal(path(stops, false), "M10,0C25,0 25,40 40,40L60,40C75,40 75,0 90,0");
  const down = [
    { x: 0, y: 0, half: 5 },
    { x: 9, y: 30, half: 5 },
  ];
  assert.equal(path(down, true), "M0,5C0,15 9,15 9,25");
});

test("steps between the same ones keep the order they were written in, unless a label takes a place", () => {
  const edges = [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")];
  assert.deepEqual(constraints([A, B, C, D], edges), [{ left: "b", right: "c" }]);
  assert.deepEqual(constraints([A, B, C, D], [edge("a", "b", "if"), ...edges.slice(1)]), []);
});

test("a label is as wide as its letters, up to a limit", () => {
  assert.ok(labelWidth("中文") > labelWidth("ab"));
  assert.equal(labelWidth("a".repeat(100)), 150);
});

test("a small graph keeps its size and a large one is made to fit", () => {
  const frame = { width: 844, height: 166 };
  assert.deepEqual(fitted({ width: 300, height: 58 }, frame), { zoom: 1, x: 272, y: 43 });
  const large = fitted({ width: 4000, height: 100 }, frame);
  assert.ok(Math.abs(large.zoom - 0.2) < 1e-9);
  assert.equal(large.x, 22);
});

test("a frame is as high as its graph wants, within the screen", () => {
  assert.equal(frameHeight({ width: 300, height: 58 }, 844, false, 900), 130);
  assert.equal(frameHeight({ width: 300, height: 5000 }, 844, false, 900), 540);
  assert.equal(frameHeight({ width: 300, height: 5000 }, 390, true, 800), 1600);
});

test("a hint stands over or under its step, and never beside the frame", () => {
  const frame = { left: 0, top: 0, width: 400, height: 200, bottom: 200 };
  const step = (left, top) => ({ left, top, width: 100, height: 50, bottom: top + 50 });
  assert.deepEqual(tipPlace(frame, step(0, 10)), { left: 130, top: 68 });
  assert.deepEqual(tipPlace(frame, step(350, 140)), { left: 270, bottom: 68 });
});

test("a step tells what it waits for, and is the same object while nothing of it has changed", () => {
  const kept = new Map();
  const places = { a: { x: 0, y: 0 }, b: { x: 200, y: 0 } };
  const draw = (selected) =>
    flowNodes(kept, [A, B], [edge("a", "b", "if good")], places, selected, { after: "after {names}" });
  const [first, second] = draw("");
  assert.equal(second.data.after, "after a (if good)");
  assert.equal(draw("b")[0], first);
  assert.notEqual(draw("a")[0], first);
});

test("a line is drawn by its status, and is the same object while that is the same", () => {
  const kept = new Map();
  const draw = (status) => flowEdges(kept, [{ ...edge("a", "b"), status }], { '["a","b"]': { path: "M0,0" } })[0];
  const active = draw("active");
  assert.equal(active.className, "is-active");
  assert.equal(active.animated, true);
  assert.equal(draw("active").className, "is-active");
  assert.equal(draw("").className, "is-open");
});
