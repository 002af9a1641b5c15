import assert from "node:assert/strict";
import { test } from "node:test";
import { filledLines } from "../../../../execution_hub/ui/browser/filled_lines.js";

test("lines that say nothing are no lines", () => {
  assert.equal(filledLines(""), 0);
  assert.equal(filledLines(" \n\n"), 0);
  assert.equal(filledLines("one"), 1);
  assert.equal(filledLines("one\n\n two \r\nthree\n"), 3);
});
