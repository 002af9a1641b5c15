import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, listed } from "../../../../execution_hub/ui/browser/beside.js";

test("a list is kept without what stands in it twice, and not for ever", () => {
  assert.deepEqual(listed(["/a", "/b", "/a", "/c"], 2), ["/a", "/b"]);
});

test("before and after a page stands what did in its list", () => {
  assert.deepEqual(beside(["/a", "/b", "/c"], "/b"), { before: "/a", after: "/c", number: 2, count: 3 });
  assert.deepEqual(beside(["/a", "/b"], "/b"), { before: "/a", after: "", number: 2, count: 2 });
});

test("where the page is of no list there is no way through it", () => {
  assert.equal(beside(["/a", "/b"], "/c"), null);
  assert.equal(beside(["/a"], "/a"), null);
});
