// Where the bars of a timeline stand. Pure.

// Places are percent of the whole span: from the first step that was ready to the last that ended. While
// something goes on the span ends at the next round time, so that bars grow and nothing shrinks all the while.
const ROUND_SECONDS = [5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400];

const timeOf = (text) => (text ? Date.parse(text) : Number.NaN);
const firstOf = (...times) => times.find((time) => !Number.isNaN(time));
const timesOf = (bar) => [timeOf(bar.queued_at), timeOf(bar.started_at), timeOf(bar.finished_at)];

export const isOpen = ({ status, queued_at }) =>
  status === "running" || status === "waiting" || (status === "pending" && queued_at !== "");

export const spanOf = (bars, now) => {
  const told = bars.flatMap(timesOf).filter((time) => !Number.isNaN(time));
  if (!told.length) return null;
  const start = Math.min(...told);
  const last = Math.max(...told);
  if (!bars.some(isOpen)) return { start, length: Math.max(1, last - start) };
  const passed = (Math.max(last, now) - start) / 1000;
  const days = 86400 * Math.ceil(passed / 86400);
  return { start, length: 1000 * (ROUND_SECONDS.find((seconds) => seconds > passed) ?? days) };
};

// How long a step waited (`lead`) and ran (`main`), each null where there is nothing to show.
export const barOf = (bar, span, now) => {
  const place = (from, to) => ({
    left: Math.max(0, ((from - span.start) / span.length) * 100),
    width: Math.max(0, ((to - from) / span.length) * 100),
  });
  const [queued, started, finished] = timesOf(bar);
  const end = firstOf(finished, isOpen(bar) ? Math.max(now, firstOf(started, queued) ?? now) : Number.NaN);
  const waitedTo = firstOf(started, end);
  const hasWaited = !Number.isNaN(queued) && waitedTo > queued;
  return {
    lead: hasWaited ? place(queued, waitedTo) : null,
    main: !Number.isNaN(started) && end !== undefined ? place(started, end) : null,
  };
};
