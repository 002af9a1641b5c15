import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, entriesOf } from "../../../../execution_hub/ui/browser/finds.js";

const WORDS = { agent: ["Test {name}", "测试 {name}"], workflow: ["Run {name}"] };
const entry = (key, label, group = "pages", also = "") => ({ key, label, group, also });
const keys = (entries, typed) => arranged(entries, typed).flatMap((group) => group.entries.map((each) => each.key));

test("while nothing is typed all are shown as they come, in their groups", () => {
  const entries = [entry(1, "One"), entry(2, "Two", "actions"), entry(3, "Three")];
  assert.deepEqual(keys(entries, " "), [1, 3, 2]);
});

test("all words are to be there, in any order, case and width", () => {
  const entries = [entry(1, "New agent"), entry(2, "Agents"), entry(3, "New task")];
  assert.deepEqual(keys(entries, "AGENT new"), [1]);
  assert.deepEqual(keys(entries, "ａgent"), [2, 1]);
  assert.deepEqual(keys(entries, "nobody"), []);
});

test("words of the other language find too, with or without spaces", () => {
  const entries = [entry(1, "Agents", "pages", "智能体"), entry(2, "Test Writer", "actions", "测试 Writer")];
  assert.deepEqual(keys(entries, "智能"), [1]);
  assert.deepEqual(keys(entries, "测试writer"), [2]);
});

test("what begins so comes first, and its group with it", () => {
  const entries = [entry(1, "Rewriter"), entry(2, "The writer"), entry(3, "Writer", "agents")];
  assert.deepEqual(keys(entries, "writer"), [3, 2, 1]);
});

test("no more than can be looked through is shown", () => {
  assert.equal(
    keys(
      Array.from({ length: 100 }, (_, index) => entry(index, "x")),
      "x",
    ).length,
    40,
  );
});

test("an agent can be opened and tested, a workflow run, a task opened", () => {
  const found = ["agent", "workflow", "task"].map((kind, index) => ({ kind, id: index + 1, name: "N" }));
  const entries = entriesOf(found, WORDS);
  assert.deepEqual(
    entries.map(({ label, path, group }) => [label, path, group]),
    [
      ["N", "/agents/1", "agents"],
      ["Test N", "/agents/1", "actions"],
      ["N", "/workflows/2", "workflows"],
      ["Run N", "/workflows/2", "actions"],
      ["N", "/tasks/3", "tasks"],
    ],
  );
  assert.deepEqual(keys(entries, "n 测试"), ["start-agent-1"]);
});

test("an execution is found by its number and its words", () => {
  const entries = entriesOf([{ kind: "execution", id: 56, name: "Writer", text: "a poem", status: "failed" }], WORDS);
  assert.deepEqual(
    ["#56", "56 writer", "poem", "#57"].map((typed) => keys(entries, typed).length),
    [1, 1, 1, 0],
  );
  assert.deepEqual([entries[0].label, entries[0].path, entries[0].icon], ["#56 Writer", "/executions/56", "failed"]);
});
