// What happens when another page of the hub is opened: the browser itself does it only for a page that is loaded anew.
import { useLayoutEffect, useState } from "react";
import { useLocation, useNavigationType } from "react-router";
import { whenThere } from "./when_there.js";

// The address that was arrived at last; none before the first.
let seen = null;

// A place that only changes its address (a workflow that is stored for the first time) is not arrived at.
const isQuiet = (type, state) => type === "REPLACE" && !state?.isArrival;

export const Arrival = () => {
  const { pathname, key, state } = useLocation();
  const type = useNavigationType();
  const [told, setTold] = useState("");
  // Before what the page itself gives the focus to.
  useLayoutEffect(() => {
    const isFirst = seen === null;
    const isSame = seen === pathname;
    seen = pathname;
    setTold("");
    const heading = document.querySelector("#content h1");
    if (isFirst || isSame || !heading || isQuiet(type, state)) return undefined;
    // Back is where the person was: the browser and the list know the place.
    if (type !== "POP") window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
    const isHere = () => [heading, document.body].includes(document.activeElement);
    const stops = [];
    // The heading is read out when it gets the focus; a name that comes later is told.
    if (!heading.textContent) stops.push(whenThere(() => heading.textContent, setTold));
    if (state?.focus) {
      const wanted = () => document.querySelector(state.focus);
      stops.push(whenThere(wanted, (field) => isHere() && field.focus()));
    }
    return () => {
      for (const stop of stops) stop();
    };
  }, [key]);
  return (
    <div className="sr" role="status" data-testid="arrival">
      {told}
    </div>
  );
};
