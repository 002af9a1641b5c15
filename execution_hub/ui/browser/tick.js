// Renders again every so often: a timer of the browser's, one for all that go by the same beat. What changes then is
// drawn at once, and no second of a clock costs more than one picture.
import { useSyncExternalStore } from "react";

const beats = new Map();

const beatOf = (everyMs) => {
  if (beats.has(everyMs)) return beats.get(everyMs);
  const listeners = new Set();
  let count = 1;
  let timer = 0;
  // At the full second, minute, hour: a day that begins is seen when it does.
  const wait = () => {
    timer = setTimeout(beat, everyMs - (Date.now() % everyMs));
  };
  const beat = () => {
    count += 1;
    wait();
    for (const listener of [...listeners]) listener();
  };
  const subscribe = (listener) => {
    listeners.add(listener);
    if (listeners.size === 1) wait();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) clearTimeout(timer);
    };
  };
  const found = { subscribe, count: () => count };
  beats.set(everyMs, found);
  return found;
};

const none = () => 0;

// False on the server and while its page is taken over by the browser (React would keep the server's text
// otherwise), true from then on.
export const useTick = (everyMs) => {
  const { subscribe, count } = beatOf(everyMs);
  return useSyncExternalStore(subscribe, count, none) > 0;
};
