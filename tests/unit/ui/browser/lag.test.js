import assert from "node:assert/strict";
import { test } from "node:test";
import { forgiveLag, hubNow, lagMs, newLag, noteLag } from "../../../../execution_hub/ui/browser/lag.js";

const told = (sentAt, more = {}) => ({ sent_at_rx_state_: sentAt, ...more });
const running = { running_count_rx_state_: 3 };

test("a page that has been told nothing yet is not behind", () => {
  assert.equal(lagMs(newLag(), 9000), 0);
});

test("the hub's clock is what it told last, and how long ago that was", () => {
  const lag = newLag();
  assert.equal(hubNow(lag, 9_000), undefined);
  noteLag(lag, told(100_000), 5_000);
  assert.equal(hubNow(lag, 7_500), 102_500);
});

test("packets that take longer than the fastest one are late by the difference, whatever the clocks say", () => {
  const lag = newLag();
  noteLag(lag, told(100_000, running), 5_020);
  assert.equal(lagMs(lag, 5_020), 0);
  noteLag(lag, told(101_000), 9_020);
  assert.equal(lagMs(lag, 9_020), 3_000);
  noteLag(lag, told(105_000), 10_020);
  assert.equal(lagMs(lag, 10_020), 0);
});

test("what was old when it was sent is older still when it comes", () => {
  const lag = newLag();
  noteLag(lag, told(1_000, running), 1_000);
  noteLag(lag, told(2_000, { behind_ms_rx_state_: 2_500 }), 2_400);
  assert.equal(lagMs(lag, 2_400), 2_900);
  noteLag(lag, told(3_000, { behind_ms_rx_state_: 0 }), 3_000);
  assert.equal(lagMs(lag, 3_000), 0);
});

test("while anything runs a silence is a lag, and while nothing does it is none", () => {
  const lag = newLag();
  noteLag(lag, told(1_000, running), 1_000);
  assert.equal(lagMs(lag, 2_000), 0);
  assert.equal(lagMs(lag, 5_000), 3_000);
  noteLag(lag, told(5_000, { running_count_rx_state_: 0 }), 5_000);
  assert.equal(lagMs(lag, 20_000), 0);
});

test("the silence of a page that nobody saw is none", () => {
  const lag = newLag();
  noteLag(lag, told(1_000, running), 1_000);
  forgiveLag(lag, 60_000);
  assert.equal(lagMs(lag, 60_500), 0);
});
