import assert from "node:assert/strict";
import { test } from "node:test";
import { keep } from "../../../../execution_hub/ui/browser/keep.js";

test("what has not changed is the same object again", () => {
  const kept = new Map();
  const first = keep(kept, "a", { status: "pending" });
  assert.equal(keep(kept, "a", { status: "pending" }), first);
  assert.notEqual(keep(kept, "a", { status: "running" }), first);
  assert.notEqual(keep(kept, "b", { status: "running" }), keep(kept, "a", { status: "running" }));
});
