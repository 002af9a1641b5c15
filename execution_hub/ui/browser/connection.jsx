// How fresh the page is: only the browser can know that its socket is dead.
import { useLayoutEffect, useState } from "react";
import { freshness, staleTime } from "./clock.js";
import { useTick } from "./tick.js";

export const Connection = ({ live, polling, stale, connecting }) => {
  const [state, setState] = useState("stale");
  const [since, setSince] = useState("");
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
      setState(fresh);
      setSince(staleTime());
    };
    const timer = setInterval(check, 500);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      clearInterval(timer);
      window.removeEventListener("hub:connection", check);
    };
  }, []);
  const text = { live, polling, stale: since ? stale.replace("{time}", since) : connecting }[state];
  return (
    <span className="conn" role="status" data-testid="connection" data-state={state}>
      <span className="dot" aria-hidden={true} />
      {text}
    </span>
  );
};

export const ConnectionWord = ({ live, polling, stale }) => {
  const fresh = useTick(1000) ? freshness() : "";
  return <span>{{ live, polling, stale }[fresh] ?? ""}</span>;
};

export const LastSeen = ({ text, className }) => {
  const time = useTick(1000) ? staleTime() : "";
  return <span className={className}>{time && text.replace("{time}", time)}</span>;
};
