import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { freshness, now, staleTime } from "../../../../execution_hub/ui/browser/clock.js";

const page = (dataset, hub) => {
  globalThis.window = { __hubSkew: 5, __executionHub: hub };
  globalThis.document = { documentElement: { dataset, lang: "en" } };
};

afterEach(() => {
  delete globalThis.window;
  delete globalThis.document;
});

test("while the page is stale, every clock reads the time the server was last heard, by the server's clock", () => {
  page({ staleAt: "7" });
  assert.equal(now(), 12);
});

test("while the server is heard, its clock goes on", () => {
  page({});
  assert.ok(Math.abs(now() - 5 - Date.now()) < 1000);
});

test("the time since when a page is stale is told in hours and minutes, and only then", () => {
  page({ staleAt: String(new Date(2026, 10, 24, 0, 5).getTime()) });
  assert.equal(staleTime(), "00:05");
  page({});
  assert.equal(staleTime(), "");
});

const ago = (ms) => Date.now() - ms;
const websocket = { connected: true, transport: "websocket" };
const CONNECTIONS = [
  [undefined, "stale"],
  [{ connected: false, transport: null, lastPacketAt: ago(0) }, "stale"],
  [{ ...websocket, lastPacketAt: 0 }, "live"],
  [{ ...websocket, lastPacketAt: ago(9000) }, "live"],
  [{ connected: true, transport: "polling", lastPacketAt: ago(0) }, "polling"],
  [{ ...websocket, lastPacketAt: ago(26000) }, "stale"],
];

test("a page is live or polling while connected and heard of, and stale otherwise", () => {
  for (const [hub, state] of CONNECTIONS) {
    page({}, hub);
    assert.equal(freshness(), state, JSON.stringify(hub));
  }
});
