// How a page reaches its hub: what Reflex's client (utils/state.js) calls for its socket, whose life only the browser
// sees. What it tells the page stands in execution_hub/ui/transport.py.

import { forgiveLag, hubNow, lagMs, newLag, noteLag } from "./lag.js";
import { newSparing } from "./sparing.js";

// A websocket first: no polling round trip before the first update. Refused, the next is tried at once.
export const TRANSPORTS = ["websocket", "polling"];
export const SOCKET_OPTIONS = { tryAllTransports: true, timeout: 8000 };

// The address at the origin of the page. A host without its port leaves the old port in a URL, so both are set.
export const atOrigin = (endpoint, { protocol, hostname, port }) => {
  const address = new URL(endpoint);
  const isSecure = protocol === "https:";
  const isSocket = address.protocol.startsWith("ws");
  address.protocol = (isSocket ? "ws" : "http") + (isSecure ? "s:" : ":");
  address.hostname = hostname;
  address.port = port;
  return address;
};

// Versions of what is shown, by state, and how late it came; those of a new connection begin anew.
let versions = {};
let lag = newLag();
const sparing = newSparing();

// What of a change is shown at once: see sparing.js.
export const shownNow = sparing.take;

export const forgetVersions = () => {
  versions = {};
  lag = newLag();
  sparing.forget();
};

// Leaves out of a change the states of which something newer is shown already; what is whole stays the same object.
export const withoutOlder = (delta) => {
  let kept = delta;
  for (const substate in delta) {
    const version = delta[substate].version_rx_state_;
    if (version === undefined) continue;
    noteLag(lag, delta[substate], Date.now());
    if (version < (versions[substate] ?? 0)) {
      kept = { ...kept };
      delete kept[substate];
    } else versions[substate] = version;
  }
  return kept;
};

// A socket of its own first: one that is swallowed without a word can be given up.
const tryWebsocket = (socket) => {
  const { engine, uri } = socket.io;
  if (!socket.connected || engine.transport.name !== "polling") return;
  const address = new URL(engine.opts.path, uri);
  address.protocol = address.protocol.replace("http", "ws");
  address.search = "?EIO=4&transport=websocket";
  const trial = new WebSocket(address);
  const tooLong = setTimeout(() => trial.close(), 8000);
  trial.onclose = () => clearTimeout(tooLong);
  trial.onmessage = () => {
    trial.close();
    if (socket.io.engine === engine && engine.transport.name === "polling") engine._probe("websocket");
  };
};

// The network is back, or the machine has slept: an attempt that began before may hang, a connection be long dead.
const wake = (socket, hub, deadMs) => {
  if (socket.connected) {
    if (Date.now() - hub.lastPacketAt > deadMs) socket.io.engine.close();
    return;
  }
  if (socket.wait_connect) {
    socket.disconnect();
    socket.wait_connect = false;
  }
  socket.reconnect?.();
};

const watchSleep = (wakeUp, deadMs) => {
  let beatAt = Date.now();
  setInterval(() => {
    const hasSlept = Date.now() - beatAt > deadMs;
    beatAt = Date.now();
    if (hasSlept) wakeUp();
  }, 1000);
  window.addEventListener("online", wakeUp);
  document.addEventListener("resume", wakeUp);
};

// Keeps `window.__executionHub` true, tells the page, and wakes a connection that is dead or slow.
export const watchConnection = (socket, { retryMs, deadMs }) => {
  const hub = { socket, connected: false, transport: null, lastPacketAt: 0 };
  hub.lagMs = () => lagMs(lag, Date.now());
  hub.now = () => hubNow(lag, Date.now());
  document.addEventListener("visibilitychange", () => forgiveLag(lag, Date.now()));
  let announcedAt = 0;
  window.__executionHub = hub;
  const announce = (name, detail) => {
    // A newer socket has taken this one's place.
    if (window.__executionHub === hub) window.dispatchEvent(new CustomEvent(name, { detail }));
  };
  const heard = () => {
    hub.lastPacketAt = Date.now();
    if (hub.lastPacketAt - announcedAt >= 1000) {
      announcedAt = hub.lastPacketAt;
      announce("hub:packet", { at: hub.lastPacketAt });
    }
  };
  const changed = () => {
    const transport = socket.connected ? socket.io.engine.transport.name : null;
    if (hub.connected !== socket.connected || hub.transport !== transport) {
      hub.connected = socket.connected;
      hub.transport = transport;
      announce("hub:connection", { connected: hub.connected, transport });
    }
  };
  socket.io.on("open", () => {
    heard();
    socket.io.engine.on("packet", heard);
    socket.io.engine.on("upgrade", changed);
  });
  socket.on("connect", () => {
    forgetVersions();
    changed();
  });
  watchSleep(() => wake(socket, hub, deadMs), deadMs);
  hub.tryWebsocket = () => tryWebsocket(socket);
  setInterval(hub.tryWebsocket, retryMs);
  socket.on("disconnect", changed);
  // It came too late: see presses.js.
  socket.on("refused", () => announce("hub:refused"));
  socket.on("connect_error", (error) => {
    changed();
    // Something between swallows one transport without a word: begin with the other one next time.
    if (error.message === "timeout") socket.io.opts.transports = [...socket.io.opts.transports].reverse();
  });
  return socket;
};
