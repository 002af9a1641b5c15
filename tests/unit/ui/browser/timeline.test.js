import assert from "node:assert/strict";
import { test } from "node:test";
import { barOf, spanOf } from "../../../../execution_hub/ui/browser/timeline.js";

const at = (second) => `2026-11-24T10:00:${String(second).padStart(2, "0")}.000Z`;
const bar = (more) => ({ queued_at: "", started_at: "", finished_at: "", status: "succeeded", type: "agent", ...more });

test("an ended span reaches from the first that was ready to the last that ended", () => {
  const bars = [
    bar({ queued_at: at(0), started_at: at(5), finished_at: at(10) }),
    bar({ queued_at: at(10), started_at: at(10), finished_at: at(20) }),
    bar({ status: "skipped" }),
  ];
  const now = Date.parse(at(59));
  const span = spanOf(bars, now);
  assert.equal(span.length, 20_000);
  assert.deepEqual(
    bars.map((each) => barOf(each, span, now)),
    [
      { lead: { left: 0, width: 25 }, main: { left: 25, width: 25 } },
      { lead: null, main: { left: 50, width: 50 } },
      { lead: null, main: null },
    ],
  );
});

const OPEN = [
  [
    { status: "running", started_at: at(5) },
    { lead: { left: 0, width: 25 }, main: { left: 25, width: 25 } },
  ],
  [
    { status: "waiting", started_at: at(5) },
    { lead: { left: 0, width: 25 }, main: { left: 25, width: 25 } },
  ],
  [{ status: "pending" }, { lead: { left: 0, width: 50 }, main: null }],
  // It was cancelled before it began: nobody knows until when it waited.
  [{ status: "cancelled" }, { lead: null, main: null }],
];

test("what goes on grows up to now, in a span that ends at the next round time", () => {
  const now = Date.parse(at(10));
  for (const [fields, placed] of OPEN) {
    const shown = bar({ queued_at: at(0), ...fields });
    const span = spanOf([bar({ status: "running", started_at: at(0) }), shown], now);
    assert.equal(span.length, 20_000);
    assert.deepEqual(barOf(shown, span, now), placed, fields.status);
  }
});

test("before anything was ready there is no span", () => {
  assert.equal(spanOf([bar({ status: "pending" })], 0), null);
});
