// Which act a pressed key asks for, by the keys that a page has. Pure.

// Whether the last thing a person used was the keyboard: then what comes next may take the focus.
export const hands = { areOnKeys: false };

// For so long after a press a dialog that the hub opens may be on its way.
const OPENING_MS = 5000;

// Whether keys are meant for a dialog that is not there yet, and not for the page below.
export const newOpening = () => {
  let until = 0;
  return {
    begin: (nowMs) => {
      until = nowMs + OPENING_MS;
    },
    end: () => {
      until = 0;
    },
    isOn: (nowMs) => nowMs < until,
  };
};

// A letter is what Shift makes of it, whatever Caps Lock says.
const named = ({ key, shiftKey }) => (key.length > 1 ? key : shiftKey ? key.toUpperCase() : key.toLowerCase());

// With a modifier a key is the browser's; one alone is ours, because hands that type a text reach it too.
export const actOf = (groups, event) => {
  if (event.isComposing) return "";
  const isHeld = event.ctrlKey || event.metaKey;
  if (isHeld && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") return "palette";
  if (isHeld || event.altKey) return "";
  const key = named(event);
  return groups.flatMap((group) => group.keys).find(({ acts }) => acts[key])?.acts[key] ?? "";
};

// How a key is written in the help: each part is a cap of the keyboard.
export const caps = (key, isMac) => {
  if (key === "Ctrl K") return isMac ? ["⌘", "K"] : ["Ctrl", "K"];
  if (key === "Escape") return ["Esc"];
  return /^[A-Z]$/.test(key) ? ["Shift", key] : [key];
};

// The number of the row that a step leads to, where `at` is the row that has the focus, -1 for none, and `place` the
// row that had it last: where that one has gone, the next one stands in its place.
export const stepped = (at, place, step, count) => {
  const wanted = at >= 0 ? at + step : step > 0 ? place : place - 1;
  return Math.min(count - 1, Math.max(0, wanted));
};
