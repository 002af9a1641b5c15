// How fresh the page is: only the browser can know that its socket is dead.
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "react";
import { freshness, secondsBehind, staleTime } from "./clock.js";
import { fill } from "./fill.js";
import { isOutOfReach, tellReach, useReach } from "./reach.js";
import { useTick } from "./tick.js";

export const Connection = ({ live, polling, stale, connecting, behind }) => {
  const [state, setState] = useState("stale");
  const [since, setSince] = useState("");
  const [lag, setLag] = useState(0);
  // Before the first paint: a page that is navigated to shows at once what the one before knew.
  useLayoutEffect(() => {
    const check = () => {
      const fresh = freshness();
      const root = document.documentElement;
      if (fresh === "stale" && root.dataset.connection !== "stale") {
        const at = window.__executionHub?.lastPacketAt || 0;
        if (at) root.dataset.staleAt = String(at);
      }
      if (fresh !== "stale") delete root.dataset.staleAt;
      root.dataset.connection = fresh;
      tellReach();
      setState(fresh);
      setSince(staleTime());
      setLag(secondsBehind());
    };
    const timer = setInterval(check, 500);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      clearInterval(timer);
      window.removeEventListener("hub:connection", check);
    };
  }, []);
  const text = { live, polling, stale: since ? fill(stale, { time: since }) : connecting }[state];
  return (
    <span className="conn" data-testid="connection" data-state={state} data-behind={lag || undefined}>
      <span className="dot" aria-hidden={true} />
      <span role="status">{text}</span>
      {lag > 0 && <span className="behind">{fill(behind, { n: lag })}</span>}
    </span>
  );
};

export const ConnectionWord = ({ live, polling, stale }) => {
  const fresh = useTick(1000) ? freshness() : "";
  // At once when it changes: the head of the page says so, too.
  const [, look] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    window.addEventListener("hub:connection", look);
    return () => window.removeEventListener("hub:connection", look);
  }, []);
  return <span>{{ live, polling, stale }[fresh] ?? ""}</span>;
};

export const LastSeen = ({ text, className }) => {
  const time = useTick(1000) ? staleTime() : "";
  return <span className={className}>{time && text.replace("{time}", time)}</span>;
};

const TOLD_MS = 8000;
const TOLD_LEAST_MS = 3000;

// Says that what was pressed has not reached the hub; above an open dialog, too. Gone soon after the hub is back.
export const Refused = ({ words }) => {
  const line = useRef(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const say = () => setTurn((n) => n + 1);
    window.addEventListener("hub:refused", say);
    return () => window.removeEventListener("hub:refused", say);
  }, []);
  useEffect(() => {
    if (!turn) return;
    const { current } = line;
    const toldAt = Date.now();
    // Anew, so that it lies above a dialog that was opened since.
    if (current.matches(":popover-open")) current.hidePopover();
    current.showPopover();
    const timer = setInterval(() => {
      const age = Date.now() - toldAt;
      if (age > TOLD_MS || (age > TOLD_LEAST_MS && !isOutOfReach())) current.hidePopover();
    }, 250);
    return () => clearInterval(timer);
  }, [turn]);
  return (
    <div ref={line} popover="manual" className="refused" role="alert" data-testid="refused">
      {turn > 0 && <span key={turn}>{words}</span>}
    </div>
  );
};

// A button for what only the hub can do: off while the hub is out of reach, and its hint says so.
export const HubButton = ({ unreachable, disabled, title, children, ...rest }) => {
  const isOff = !useReach();
  return (
    <button {...rest} type="button" disabled={disabled || isOff} title={isOff ? unreachable : title}>
      {children}
    </button>
  );
};
