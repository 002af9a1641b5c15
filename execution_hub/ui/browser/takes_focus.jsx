// A notice that comes where something has gone: who was on that goes on here, and not at the top of the page.
import { useLayoutEffect, useRef } from "react";
import { hands } from "./keys.js";

// Where the person is when they ask for it.
const LEFT = ".line, .pick-bar, .execution-actions, .page-foot, .page-head";

const takeFocus = (notice) => {
  const active = document.activeElement;
  if (active && active !== document.body && !active.closest(LEFT)) return;
  const wanted = hands.areOnKeys ? notice.querySelector("button") : notice;
  wanted.focus({ preventScroll: true });
};

export const TakesFocus = ({ turn, children, ...rest }) => {
  const place = useRef(null);
  useLayoutEffect(() => takeFocus(place.current), [turn]);
  useLayoutEffect(() => {
    const notice = place.current;
    return () => {
      if (notice.contains(document.activeElement)) window.dispatchEvent(new Event("hub:gone"));
    };
  }, []);
  return (
    <div {...rest} ref={place} tabIndex={-1}>
      {children}
    </div>
  );
};
