// Whether somebody sees the page: the browser's own word.
import { useEffect, useRef } from "react";

// Told once the page is connected, and after every reconnect: the hub may be another process by then.
export const Visibility = ({ onVisible }) => {
  const tell = useRef(onVisible);
  tell.current = onVisible;
  useEffect(() => {
    const check = () => {
      if (window.__executionHub?.connected) tell.current(document.visibilityState !== "hidden");
    };
    document.addEventListener("visibilitychange", check);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      document.removeEventListener("visibilitychange", check);
      window.removeEventListener("hub:connection", check);
    };
  }, []);
  return null;
};
