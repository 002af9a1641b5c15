// Renders again every so often: a timer of the browser's.
import { useEffect, useState, useSyncExternalStore } from "react";

const never = () => () => {};

// False on the server and while its page is taken over by the browser (React would keep the server's text
// otherwise), true from then on.
export const useTick = (everyMs) => {
  const [, setTick] = useState(0);
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  useEffect(() => {
    const timer = setInterval(() => setTick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return isInBrowser;
};
