import assert from "node:assert/strict";
import { test } from "node:test";
import { changedRows, notices, unseen } from "../../../../execution_hub/ui/browser/news.js";

const WORDS = {
  many: "{n} are {status}",
  more: "{n} or more are {status}",
  failed: "failed",
  succeeded: "done",
  cut: "cut",
  waiting: "needs you",
};
const row = (id, status, more = {}) => ({ id, status, name: `Test ${id}`, ...more });

test("a row is told once for each status that it takes", () => {
  const known = new Map();
  assert.deepEqual(changedRows(known, [row(1, "running")]), [row(1, "running")]);
  assert.deepEqual(changedRows(known, [row(1, "running")]), []);
  assert.deepEqual(changedRows(known, [row(1, "failed")]), [row(1, "failed")]);
});

test("one row is told by its name, with the way to it", () => {
  const [told] = notices([row(7, "failed")], WORDS);
  assert.deepEqual(told, {
    key: 7,
    text: "Test 7: failed",
    path: "/executions/7",
    className: "toast s-failed",
    duration: 8000,
  });
});

test("many of one status are one notice that leads to all", () => {
  const [done, waiting] = notices([row(1, "succeeded"), row(2, "succeeded"), row(3, "waiting")], WORDS);
  assert.deepEqual(done, {
    key: "succeeded",
    text: "2 are done",
    path: "/",
    className: "toast s-succeeded",
    duration: 4000,
  });
  assert.equal(waiting.text, "Test 3: needs you");
});

test("an answer that a limit cut is told as such", () => {
  const [told] = notices([row(4, "succeeded", { is_cut: true })], WORDS);
  assert.equal(told.text, "Test 4: cut");
  assert.equal(told.className, "toast s-succeeded is-cut");
});

test("of a burst the page does not know each, and says so", () => {
  const rows = Array.from({ length: 12 }, (_, id) => row(id, "succeeded"));
  assert.equal(notices(rows, WORDS)[0].text, "12 or more are done");
});

test("what the page shows itself needs no notice", () => {
  const rows = [row(1, "failed"), row(2, "waiting")];
  assert.deepEqual(unseen(rows, [2, 3]), [rows[0]]);
  assert.deepEqual(unseen(rows, []), rows);
});
