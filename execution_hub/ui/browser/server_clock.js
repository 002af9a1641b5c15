// Sets the page's clock by the server's: only the browser knows its own clock, and what it was told before (storage).
import { useEffect } from "react";

const TIME_KEY = "hub-server-time";

// A page that is navigated to or loaded again is first given the time that was told before: minutes old by now.
export const ServerClock = ({ serverTime }) => {
  useEffect(() => {
    if (!serverTime || sessionStorage.getItem(TIME_KEY) === String(serverTime)) return;
    sessionStorage.setItem(TIME_KEY, String(serverTime));
    window.__hubSkew = serverTime - Date.now();
  }, [serverTime]);
  return null;
};
