// What a person presses while the hub cannot hear it: only the browser knows its connection, and what was pressed.
// Kept until the connection is back, as Reflex's client does, it would start by itself what nobody expects any more:
// so it is dropped, and said. What was typed is kept: it starts nothing.
// A network that swallows everything may give it back much later: each press tells when it was made, by the hub's own
// clock as its last packet told it, and the hub refuses what is old (ui/incoming.py).

// A page that is seen hears of its hub every 5 s (ui/live.py); after a longer silence the hub is asked first.
const SILENCE_MS = 6000;
const ANSWER_MS = 4000;
// For so long a page that has just been opened may take to connect.
const FIRST_MS = 5000;

const PRESSES = ["click", "dblclick", "submit", "keydown"];

// Whether what happens now in the browser is a press: of a button, a key, or a choice.
export const isPress = (event) =>
  PRESSES.includes(event?.type) || (event?.type === "change" && event.target?.tagName === "SELECT");

const isForHub = ({ name }) => typeof name === "string" && name.startsWith("reflex___state");

const refuse = () => window.dispatchEvent(new CustomEvent("hub:refused"));

// Waits until something is told on `target`, or the time is over; tells which.
const isTold = (target, name, ms) =>
  new Promise((resolve) => {
    const end = (isIn) => {
      clearTimeout(timer);
      target.off(name, heard);
      resolve(isIn);
    };
    const heard = () => end(true);
    const timer = setTimeout(() => end(false), ms);
    target.on(name, heard);
  });

// What transport.js tells of the connection: that it stands, first of all.
const connection = {
  on: (name, heard) => window.addEventListener(name, heard),
  off: (name, heard) => window.removeEventListener(name, heard),
};

const isFresh = (socket, hub) => socket?.connected && Date.now() - hub.lastPacketAt < SILENCE_MS;

// Whether the hub hears this socket: one whose network was cut may not know it yet, one of a new page is on its way,
// or is not even made.
const isHeard = (socket, hub) => {
  if (socket?.connected) {
    const answer = isTold(socket, "ping", ANSWER_MS);
    socket.emit("ping");
    return answer;
  }
  return hub?.lastPacketAt ? Promise.resolve(false) : isTold(connection, "hub:connection", FIRST_MS);
};

// How events reach the hub: as they are, or, if a press caused them, only while it hears.
export const pressed = (send, events, socket) => {
  if (!isPress(window.event) || !events.some(isForHub)) return send;
  return () => {
    const hub = window.__executionHub;
    // At once where nothing is to be asked: what follows in the same moment must not overtake it.
    const isAtOnce = isFresh(socket.current, hub);
    // What the hub is asked about first is not late.
    for (const event of events) event.pressed_at = isAtOnce ? hub.now?.() : undefined;
    if (isAtOnce) return send();
    return isHeard(socket.current, hub).then((isIt) => (isIt ? send() : refuse()));
  };
};
