// The time of the server and the state of the connection, as the page knows them: only the browser has a running clock.
import { format } from "./dates.js";

// Milliseconds since 1970 by the server's clock; while the page is stale, when it was last heard.
export const now = () => {
  const staleAt = Number(document.documentElement.dataset.staleAt ?? 0);
  return (staleAt || Date.now()) + (window.__hubSkew ?? 0);
};

// What `data-stale-at` on the document says, as hh:mm; empty while the server is heard.
export const staleTime = () => {
  const at = Number(document.documentElement.dataset.staleAt ?? 0);
  return at ? format(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" }, new Date(at)) : "";
};

// The server is heard at least every 10 s (transport.PING_INTERVAL_SECONDS); twice that and a little is silence.
const SILENCE_MS = 25000;
// A page that is seen is sent something at least every 5 s (live.RECONCILE_SECONDS).
const SEEN_SILENCE_MS = 12000;

// `live`, `polling` or `stale`, from what the transport knows of the connection.
export const freshness = () => {
  const hub = window.__executionHub;
  const silence = document.visibilityState === "visible" ? SEEN_SILENCE_MS : SILENCE_MS;
  const isSilent = hub?.lastPacketAt && Date.now() - hub.lastPacketAt > silence;
  if (!hub?.connected || isSilent) return "stale";
  return hub.transport === "polling" ? "polling" : "live";
};

// A lag that nobody notices is none.
const LAG_MS = 2000;

// How many seconds a connected page is behind its hub; 0 while that is too little to notice.
export const secondsBehind = () => {
  const lag = window.__executionHub?.lagMs?.() ?? 0;
  return lag < LAG_MS || freshness() === "stale" ? 0 : Math.floor(lag / 1000);
};
