import assert from "node:assert/strict";
import { test } from "node:test";
import {
  columnFormat,
  pathOf,
  share,
  shortCost,
  shortDuration,
} from "../../../../execution_hub/ui/browser/charts/scales.js";

test("a tick says a duration in two digits and the unit that fits", () => {
  assert.deepEqual([0, 850, 1000, 12345, 90000, 5400000].map(shortDuration), [
    "0",
    "850 ms",
    "1 s",
    "12 s",
    "1.5 m",
    "1.5 h",
  ]);
});

test("the rows of a status are those of its column, and no others", () => {
  assert.equal(pathOf("/?since=a&until=b", "failed"), "/?since=a&until=b&status=failed");
  assert.equal(pathOf("/", "failed"), "/?status=failed");
});

test("what is not nothing can be seen, and nothing is nothing", () => {
  assert.deepEqual([share(0, 10), share(1, 1000), share(5, 10), share(0, 0)], [0, 1, 50, 0]);
});

test("a day's columns are hours, longer spans have days", () => {
  assert.deepEqual(Object.keys(columnFormat("24h")), ["hour", "minute"]);
  assert.deepEqual(Object.keys(columnFormat("30d")), ["day", "month"]);
});

test("a cost beside an axis is short", () => {
  assert.deepEqual([0, 0.00123, 0.5, 12.34].map(shortCost), ["$0", "$0.0012", "$0.5", "$12"]);
});
