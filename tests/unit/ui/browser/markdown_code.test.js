import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CODE_LIMITS,
  isDeepTree,
  languageOf,
  mayBeColoured,
} from "../../../../execution_hub/ui/browser/markdown/code_limits.js";

test("the language of a block is the first word behind its marks", () => {
  assert.deepEqual([undefined, "", "python", "js {1,3}", "ts,ignore", "x".repeat(99)].map(languageOf), [
    "",
    "",
    "python",
    "js",
    "ts",
    "x".repeat(30),
  ]);
});

test("code is coloured where its language is named, and neither it nor a line of it is too long", () => {
  assert.ok(mayBeColoured("a = 1\n", "python"));
  assert.ok(!mayBeColoured("a = 1\n", ""));
  assert.ok(!mayBeColoured("a\n".repeat(CODE_LIMITS.most), "python"));
  assert.ok(!mayBeColoured("a".repeat(CODE_LIMITS.line + 1), "python"));
});

test("marks within marks without end are not drawn", () => {
  const nested = (depth) => (depth ? [{ children: nested(depth - 1) }] : [{ value: "x" }]);
  assert.ok(!isDeepTree(nested(CODE_LIMITS.deep - 1)));
  assert.ok(isDeepTree(nested(CODE_LIMITS.deep + 1)));
  assert.ok(isDeepTree(nested(5000)));
});
