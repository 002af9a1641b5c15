// What an event of the window opens, anew each time. A busy browser tells that a dialog was closed after the keys that
// follow, which may have opened the next one: that is not closed by it.
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

let count = 0;

// Returns the number of what is open, 0 if nothing is, and what closes that one.
export const useShown = (event, before = () => {}) => {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    // Before the next key: typed a moment too early it would be an act of the page below.
    const show = () =>
      flushSync(() => {
        before();
        count += 1;
        setShown(count);
      });
    window.addEventListener(event, show);
    return () => window.removeEventListener(event, show);
  }, []);
  return [shown, () => setShown((now) => (now === shown ? 0 : now))];
};
