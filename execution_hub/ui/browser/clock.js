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

// `live`, `polling` or `stale`, from what the transport knows of the connection.
export const freshness = () => {
  const hub = window.__executionHub;
  const isSilent = hub?.lastPacketAt && Date.now() - hub.lastPacketAt > SILENCE_MS;
  if (!hub?.connected || isSilent) return "stale";
  return hub.transport === "polling" ? "polling" : "live";
};
