// Whether the page is narrow: matchMedia is the only word for it that follows the window.
import { useEffect, useRef } from "react";

// Told once the page is connected, and after every reconnect: the hub may be another process by then.
export const Width = ({ most, onNarrow }) => {
  const tell = useRef(onNarrow);
  tell.current = onNarrow;
  useEffect(() => {
    const media = window.matchMedia(`(max-width: ${most}px)`);
    const check = () => {
      if (window.__executionHub?.connected) tell.current(media.matches);
    };
    media.addEventListener("change", check);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      media.removeEventListener("change", check);
      window.removeEventListener("hub:connection", check);
    };
  }, [most]);
  return null;
};
