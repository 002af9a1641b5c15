import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { newSparing } from "../../../../execution_hub/ui/browser/sparing.js";

let frames;

beforeEach(() => {
  frames = [];
  globalThis.window = { requestAnimationFrame: (draw) => frames.push(draw) };
});

afterEach(() => {
  delete globalThis.window;
});

const draw = () => {
  for (const each of frames.splice(0)) each();
};
const live = (version, more = {}) => ({ version_rx_state_: version, ...more });

const taker = () => {
  const taken = [];
  const sparing = newSparing();
  const dispatch = { live: (vars) => taken.push(vars), history: (vars) => taken.push(vars) };
  return { sparing, taken, take: (delta) => sparing.take(delta, dispatch) };
};

test("what comes alone is shown at once, and so is what belongs to one page", () => {
  const { take } = taker();
  const own = { page: { a: 1 } };
  assert.equal(take(own), own);
  const first = { live: live(1) };
  assert.equal(take(first), first);
  assert.equal(take(own), own);
  assert.equal(take(undefined), undefined);
});

test("what comes faster than it is drawn is shown together with the next frame, the newest of each", () => {
  const { take, taken } = taker();
  take({ live: live(1, { count: 1, queue: 9 }) });
  assert.deepEqual(take({ live: live(2, { count: 2, queue: 8 }), page: { a: 1 } }), { page: { a: 1 } });
  assert.deepEqual(take({ live: live(3, { count: 3 }) }), {});
  assert.deepEqual(taken, []);
  draw();
  assert.deepEqual(taken, [live(3, { count: 3, queue: 8 })]);
  draw();
  assert.equal(taken.length, 1);
});

test("what changes with another does not wait for its frame, and what was held is shown in its order", () => {
  const { take, taken } = taker();
  take({ live: live(1) });
  const rows = { history: live(2, { rows: [] }) };
  assert.equal(take(rows), rows);
  assert.deepEqual(take({ live: live(3) }), {});
  assert.deepEqual(take({ history: live(4), page: { a: 1 } }), { page: { a: 1 } });
  draw();
  assert.deepEqual(taken, [live(3), live(4)]);
});

test("a page that draws no frames is shown it all the same", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { take, taken } = taker();
  take({ live: live(1) });
  take({ live: live(2) });
  t.mock.timers.tick(100);
  assert.deepEqual(taken, [live(2)]);
});

test("what was held of a connection that is over is not shown on the next", () => {
  const { sparing, take, taken } = taker();
  take({ live: live(8) });
  take({ live: live(9) });
  sparing.forget();
  draw();
  assert.deepEqual(taken, []);
});
