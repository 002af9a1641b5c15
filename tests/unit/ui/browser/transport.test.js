import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  atOrigin,
  forgetVersions,
  watchConnection,
  withoutOlder,
} from "../../../../execution_hub/ui/browser/transport.js";

beforeEach(forgetVersions);

test("built pages talk to the origin they were loaded from", () => {
  const page = { protocol: "https:", hostname: "hub.example.com", port: "" };
  assert.equal(atOrigin(new URL("ws://localhost:8000/_event"), page).href, "wss://hub.example.com/_event");
  assert.equal(atOrigin(new URL("http://localhost:8000/ping"), page).href, "https://hub.example.com/ping");
  const other = { protocol: "http:", hostname: "127.0.0.1", port: "9001" };
  assert.equal(atOrigin(new URL("ws://localhost:8000/_event"), other).href, "ws://127.0.0.1:9001/_event");
});

const version = (number) => ({ version_rx_state_: number });

test("what is older than what is shown is left out, and what has no version is not looked at", () => {
  const whole = { live: version(2), page: { a: 1 } };
  assert.equal(withoutOlder(whole), whole);
  assert.deepEqual(withoutOlder({ live: version(1), page: { a: 2 } }), { page: { a: 2 } });
  assert.deepEqual(withoutOlder({ live: version(2) }), { live: version(2) });
  assert.equal(withoutOlder(undefined), undefined);
});

test("the versions of a new connection begin anew", () => {
  withoutOlder({ live: version(9) });
  forgetVersions();
  assert.deepEqual(withoutOlder({ live: version(1) }), { live: version(1) });
});

const emitter = () => {
  const listeners = {};
  return {
    on: (name, take) => {
      listeners[name] = take;
    },
    emit: (name, ...values) => listeners[name](...values),
  };
};

const fakeSocket = () => {
  const engine = { ...emitter(), transport: { name: "websocket" } };
  const io = { ...emitter(), engine, opts: { transports: ["websocket", "polling"] } };
  return { ...emitter(), io, connected: false };
};

const watch = (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "Date"] });
  const told = [];
  globalThis.window = {
    addEventListener: () => {},
    dispatchEvent: ({ type, detail }) => told.push([type, detail]),
  };
  globalThis.document = { addEventListener: () => {} };
  const socket = watchConnection(fakeSocket(), { retryMs: 30_000, deadMs: 15_000 });
  return { socket, told };
};

test("the page is told when its connection changes, and only then", (t) => {
  const { socket, told } = watch(t);
  socket.connected = true;
  socket.emit("connect");
  socket.emit("connect");
  socket.connected = false;
  socket.emit("disconnect");
  assert.deepEqual(told, [
    ["hub:connection", { connected: true, transport: "websocket" }],
    ["hub:connection", { connected: false, transport: null }],
  ]);
});

test("that the server was heard is told once a second at most", (t) => {
  const { socket, told } = watch(t);
  t.mock.timers.setTime(5000);
  socket.io.emit("open");
  socket.io.engine.emit("packet");
  t.mock.timers.setTime(6000);
  socket.io.engine.emit("packet");
  assert.deepEqual(told, [
    ["hub:packet", { at: 5000 }],
    ["hub:packet", { at: 6000 }],
  ]);
});

test("an attempt that hangs lets the other transport begin next time", (t) => {
  const { socket } = watch(t);
  socket.emit("connect_error", new Error("timeout"));
  assert.deepEqual(socket.io.opts.transports, ["polling", "websocket"]);
  socket.emit("connect_error", new Error("refused"));
  assert.deepEqual(socket.io.opts.transports, ["polling", "websocket"]);
});
