import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellOf,
  columnSum,
  filtered,
  isRunning,
  moved,
  numberOf,
  rowLetters,
  rowsPerPage,
} from "../../../../execution_hub/ui/browser/matrix_cells.js";

const SIZE = { cases: 2, targets: 2, repeats: 2 };
// Passed, failed, error, and one that has not begun; marked wrong.
const [P, F, E, N, W] = ["m", "p", "s", "a", "r"];

test("a letter is a state and a mark, and one that is missing has not begun", () => {
  assert.deepEqual(cellOf(P), { state: "passed", mark: "" });
  assert.deepEqual(cellOf(W), { state: "failed", mark: "wrong" });
  assert.deepEqual(cellOf(undefined), { state: "none", mark: "" });
});

test("a row runs while one of its cells does, whatever was said of it", () => {
  const [running, marked] = ["g", "i"];
  assert.equal(isRunning([P, N, running].join("")), true);
  assert.equal(isRunning([N, marked].join("")), true);
  assert.equal(isRunning([P, F, E, N, W].join("")), false);
  assert.equal(isRunning(""), false);
});

test("cells are numbered by repeats, cases and targets, and a row has its repeats side by side", () => {
  // Repeat 0: case 0 on both targets, case 1 on both; then repeat 1.
  const letters = [P, F, E, N, F, P, N, W].join("");
  assert.equal(rowLetters(letters, SIZE, 0), [P, F, F, P].join(""));
  assert.equal(rowLetters(letters, SIZE, 1), [E, N, N, W].join(""));
  assert.equal(numberOf(SIZE, 1, 1, 1), 7);
  assert.equal(rowLetters("", SIZE, 0), "aaaa");
});

test("a case is flaky where repeats of one target disagree, not where targets do", () => {
  const rows = [[P, F, P, P].join(""), [P, P, F, F].join(""), [E, N, N, N].join("")];
  assert.deepEqual(filtered(rows, SIZE), { all: [0, 1, 2], failed: [0, 1], errors: [2], flaky: [0] });
});

test("a column sums up its own repeats", () => {
  const rows = [[P, F, P, P].join(""), [P, E, N, N].join("")];
  assert.deepEqual(columnSum(rows, SIZE, 0), { passed: 2, failed: 1, errors: 1, total: 4 });
  assert.deepEqual(columnSum(rows, SIZE, 1), { passed: 2, failed: 0, errors: 0, total: 4 });
});

test("a page has as many rows as can be drawn, one at least", () => {
  assert.equal(rowsPerPage({ targets: 2, repeats: 1 }), 50);
  assert.equal(rowsPerPage({ targets: 10, repeats: 10 }), 6);
  assert.equal(rowsPerPage({ targets: 20, repeats: 100 }), 1);
});

test("keys lead to the next cell and stop at the edges", () => {
  assert.deepEqual(moved("ArrowDown", [0, 1], 3, 4), [1, 1]);
  assert.deepEqual(moved("ArrowUp", [0, 1], 3, 4), [0, 1]);
  assert.deepEqual(moved("ArrowRight", [2, 3], 3, 4), [2, 3]);
  assert.deepEqual(moved("End", [1, 0], 3, 4), [1, 3]);
  assert.deepEqual(moved("PageDown", [0, 2], 3, 4), [2, 2]);
  assert.equal(moved("x", [0, 0], 3, 4), undefined);
});
