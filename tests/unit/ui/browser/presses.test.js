import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { isPress, pressed } from "../../../../execution_hub/ui/browser/presses.js";

const EVENTS = [{ name: "reflex___state____state.agent.run_test" }];

const fakeSocket = (values) => {
  const listeners = new Map();
  return {
    asked: 0,
    on: (name, take) => listeners.set(name, take),
    off: (name) => listeners.delete(name),
    hear: (name) => listeners.get(name)?.(),
    emit() {
      this.asked += 1;
    },
    ...values,
  };
};

const page = (event, hub) => {
  const refused = [];
  const listeners = new Map();
  globalThis.window = {
    event,
    __executionHub: hub,
    dispatchEvent: ({ type }) => refused.push(type),
    addEventListener: (name, take) => listeners.set(name, take),
    removeEventListener: (name) => listeners.delete(name),
    hear: (name) => listeners.get(name)?.(),
  };
  return refused;
};

afterEach(() => {
  delete globalThis.window;
});

const click = { type: "click" };
const heard = (ms) => ({ lastPacketAt: Date.now() - ms });

test("clicks, keys, forms and choices are presses; typing and what the page does by itself are not", () => {
  for (const type of ["click", "dblclick", "submit", "keydown"]) assert.ok(isPress({ type }), type);
  assert.ok(isPress({ type: "change", target: { tagName: "SELECT" } }));
  assert.ok(!isPress({ type: "change", target: { tagName: "INPUT" } }));
  for (const event of [undefined, { type: "input" }, { type: "visibilitychange" }]) assert.ok(!isPress(event));
});

test("what is pressed while the hub is heard goes out at once", () => {
  const refused = page(click, heard(0));
  let sent = 0;
  pressed(() => (sent += 1), EVENTS, { current: fakeSocket({ connected: true }) })();
  assert.equal(sent, 1);
  assert.deepEqual(refused, []);
});

test("what goes out at once tells when it was pressed, what the hub was asked about needs not", async () => {
  page(click, { ...heard(0), now: () => 102_500 });
  const [one, other] = [{ ...EVENTS[0] }, { ...EVENTS[0] }];
  pressed(() => {}, [one], { current: fakeSocket({ connected: true }) })();
  assert.equal(one.pressed_at, 102_500);
  page(click, { ...heard(9000), now: () => 102_500 });
  const socket = fakeSocket({ connected: true });
  const done = pressed(() => {}, [other], { current: socket })();
  socket.hear("ping");
  await done;
  assert.equal(other.pressed_at, undefined);
});

test("what is pressed while there is no connection is dropped and said, now and for good", async () => {
  const refused = page(click, heard(1000));
  let sent = 0;
  const socket = fakeSocket({ connected: false });
  await pressed(() => (sent += 1), EVENTS, { current: socket })();
  assert.deepEqual(refused, ["hub:refused"]);
  socket.hear("connect");
  await null;
  assert.equal(sent, 0);
});

test("what was typed waits for the connection, and so does what needs no hub", () => {
  page({ type: "input" }, heard(1000));
  const send = () => {};
  assert.equal(pressed(send, EVENTS, { current: fakeSocket({ connected: false }) }), send);
  page(click, heard(1000));
  assert.equal(pressed(send, [{ name: "_redirect" }], { current: fakeSocket({ connected: false }) }), send);
});

test("after a silence the hub is asked first, and what is pressed goes out when it answers", async () => {
  const refused = page(click, heard(9000));
  let sent = 0;
  const socket = fakeSocket({ connected: true });
  const done = pressed(() => (sent += 1), EVENTS, { current: socket })();
  assert.deepEqual([socket.asked, sent], [1, 0]);
  socket.hear("ping");
  await done;
  assert.equal(sent, 1);
  assert.deepEqual(refused, []);
});

test("a hub that does not answer has not been told, and is not told later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const refused = page(click, { lastPacketAt: Date.now() - 9000 });
  let sent = 0;
  const socket = fakeSocket({ connected: true });
  const done = pressed(() => (sent += 1), EVENTS, { current: socket })();
  t.mock.timers.tick(5000);
  await done;
  socket.hear("ping");
  assert.deepEqual(refused, ["hub:refused"]);
  assert.equal(sent, 0);
});

test("a page that has just been opened may take a moment to connect, or to begin with it", async () => {
  for (const socket of [fakeSocket({ connected: false }), null]) {
    const refused = page(click, socket ? { lastPacketAt: 0 } : undefined);
    let sent = 0;
    const done = pressed(() => (sent += 1), EVENTS, { current: socket })();
    assert.equal(sent, 0);
    window.hear("hub:connection");
    await done;
    assert.equal(sent, 1);
    assert.deepEqual(refused, []);
  }
});

test("a page that cannot connect says so, and does nothing later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const refused = page(click, undefined);
  let sent = 0;
  const done = pressed(() => (sent += 1), EVENTS, { current: null })();
  t.mock.timers.tick(6000);
  await done;
  window.hear("hub:connection");
  assert.deepEqual([sent, refused], [0, ["hub:refused"]]);
});
