import assert from "node:assert/strict";
import { test } from "node:test";
import { elapsed, timeLeft } from "../../../../execution_hub/ui/browser/durations.js";

test("a ticker writes minutes and seconds, hours from the first on, and never less than nothing", () => {
  assert.deepEqual([-5, 42_999, 725_000, 3_723_000].map(elapsed), ["0:00", "0:42", "12:05", "1:02:03"]);
});

test("the time left is rough, and never less than a second", () => {
  assert.deepEqual([-5, 42_400, 725_000, 3_723_000].map(timeLeft), ["1 s", "42 s", "12 m 05 s", "1 h 02 m"]);
});
