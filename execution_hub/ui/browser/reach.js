// Whether the hub is within reach, for those who draw what needs it: what the page knows of its connection, in React.
import { useSyncExternalStore } from "react";

const EVENT = "hub:reach";
let told;

// Out of reach is a page that was connected and is not any more; one that has just been opened is on its way.
export const isOutOfReach = () => document.documentElement.dataset.staleAt !== undefined;

// Called whenever the connection was looked at; tells who draws only what has changed.
export const tellReach = () => {
  if (told === isOutOfReach()) return;
  told = isOutOfReach();
  window.dispatchEvent(new CustomEvent(EVENT));
};

const subscribe = (onChange) => {
  window.addEventListener(EVENT, onChange);
  return () => window.removeEventListener(EVENT, onChange);
};

export const useReach = () =>
  useSyncExternalStore(
    subscribe,
    () => !isOutOfReach(),
    () => true,
  );
