// Where on the page somebody is: how far it is scrolled, and what the pointer and the focus are on.
import { useEffect, useRef } from "react";

export const ScrollHold = ({ onHold }) => {
  const tell = useRef(onHold);
  tell.current = onHold;
  useEffect(() => {
    let held = false;
    const canHover = window.matchMedia("(hover: hover)").matches;
    const check = () => {
      const isOnRow = document.activeElement?.matches?.(".rows a.row:focus-visible") ?? false;
      // A row that comes must not put another one's buttons under the pointer.
      const isAiming = document.querySelector(".rows :is(.tools, .pick):hover") !== null;
      const isHeld = window.scrollY > 120 || isOnRow || (canHover && isAiming);
      if (isHeld !== held) {
        held = isHeld;
        tell.current(held);
      }
    };
    const later = () => setTimeout(check, 0);
    window.addEventListener("scroll", check, { passive: true });
    document.addEventListener("focusin", later);
    document.addEventListener("focusout", later);
    document.addEventListener("pointerover", check, { passive: true });
    return () => {
      window.removeEventListener("scroll", check);
      document.removeEventListener("pointerover", check);
      document.removeEventListener("focusin", later);
      document.removeEventListener("focusout", later);
    };
  }, []);
  return null;
};
