import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, given, read } from "../../../../execution_hub/ui/browser/tool_lines.js";

const TEXT = "hub/calculate: auto\nfiles/a: b: ask\nfiles/delete: never";

test("a line names a tool and what was chosen for it", () => {
  assert.deepEqual(Object.fromEntries(read(TEXT)), {
    "hub/calculate": "auto",
    "files/a: b": "ask",
    "files/delete": "never",
  });
  assert.equal(read("\n \r\n").size, 0);
});

test("another choice changes its own line only, and what is new comes last", () => {
  assert.equal(choose(TEXT, "hub/calculate", "ask"), TEXT.replace("auto", "ask"));
  assert.equal(choose("hub/a: ask", "hub/b", "auto"), "hub/a: ask\nhub/b: auto");
  assert.equal(choose("hub/a: ask\r\nhub/b: auto", "hub/a", ""), "hub/b: auto");
});

test("what is never used is not given", () => {
  assert.deepEqual(given(TEXT), { n: 2, asks: 1, tools: ["hub/calculate", "files/a: b"] });
  assert.deepEqual(given(""), { n: 0, asks: 0, tools: [] });
});
