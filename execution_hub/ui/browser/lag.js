// How far behind the hub a page is that is connected. Pure.
//
// What is the same on every page (ui/shared_vars.py) says when it was sent, and while anything runs or waits for a slot
// something is sent every second (ui/live.py). The two clocks need not agree: the fastest packet of a connection is
// taken for one that took no time.

// How far apart packets are while anything runs.
const BEAT_MS = 1000;

export const newLag = () => ({
  offset: Number.NEGATIVE_INFINITY,
  heardAt: 0,
  lateMs: 0,
  behindMs: 0,
  counts: {},
  told: null,
});

// What a packet tells: vars by the names they have in a delta.
export const noteLag = (lag, vars, nowMs) => {
  const sentAt = vars.sent_at_rx_state_;
  if (!sentAt) return;
  lag.told = { sentAt, atMs: nowMs };
  lag.offset = Math.max(lag.offset, sentAt - nowMs);
  lag.lateMs = nowMs + lag.offset - sentAt;
  lag.heardAt = nowMs;
  lag.behindMs = vars.behind_ms_rx_state_ ?? lag.behindMs;
  for (const name of ["running_count_rx_state_", "pending_count_rx_state_"]) {
    if (vars[name] !== undefined) lag.counts[name] = vars[name];
  }
};

// Nobody saw the page, and it was told nothing: that is no lag.
export const forgiveLag = (lag, nowMs) => {
  if (lag.heardAt) lag.heardAt = nowMs;
};

// What the hub's clock shows by the newest packet, late by as long as that was on its way; nothing before the first.
export const hubNow = ({ told }, nowMs) => (told ? told.sentAt + nowMs - told.atMs : undefined);

// How long ago what the page shows was so, milliseconds.
export const lagMs = (lag, nowMs) => {
  const isBusy = Object.values(lag.counts).some((count) => count > 0);
  const silence = nowMs - lag.heardAt - BEAT_MS;
  // What came late is all there is, if nothing runs.
  if (!lag.heardAt || (!isBusy && silence > 0)) return 0;
  return Math.max(lag.lateMs + lag.behindMs, silence, 0);
};
