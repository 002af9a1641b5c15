// Where on the page somebody is: how far it is scrolled, and what the pointer and the focus are on.
import { useEffect, useRef } from "react";

const SCROLLED_PX = 120;
// A pointer may leave the list for a moment, on its way to a row's button or to what waits.
const LEFT_MS = 300;

// Told when the page opens, too: the server still knows how it was left.
export const ListHold = ({ onHold }) => {
  const tell = useRef(onHold);
  tell.current = onHold;
  useEffect(() => {
    let held = null;
    let timer = 0;
    const canHover = window.matchMedia("(hover: hover)").matches;
    const isHeld = () =>
      window.scrollY > SCROLLED_PX ||
      document.activeElement?.closest(".rows") != null ||
      (canHover && document.querySelector(".card.history:hover") !== null);
    const set = (isNow) => {
      if (isNow === held) return;
      held = isNow;
      tell.current(isNow);
    };
    const check = () => {
      clearTimeout(timer);
      if (isHeld()) set(true);
      else if (held) timer = setTimeout(() => set(isHeld()), LEFT_MS);
    };
    const soon = () => setTimeout(check, 0);
    const told = [
      [window, "scroll", check],
      [document, "pointerover", check],
      [document.documentElement, "pointerleave", check],
      [document, "focusin", soon],
      [document, "focusout", soon],
    ];
    for (const [target, name, listener] of told) target.addEventListener(name, listener, { passive: true });
    set(isHeld());
    return () => {
      clearTimeout(timer);
      for (const [target, name, listener] of told) target.removeEventListener(name, listener);
    };
  }, []);
  return null;
};
