// What stands beside the axes of charts. Pure.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

// A duration beside an axis: short, and as exact as a tick is.
export const shortDuration = (ms) => {
  const short = (value) => String(Number(value.toPrecision(2)));
  if (ms === 0) return "0";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${short(ms / SECOND)} s`;
  return ms < HOUR ? `${short(ms / MINUTE)} m` : `${short(ms / HOUR)} h`;
};

// A cost beside an axis, in dollars.
export const shortCost = (usd) => (usd === 0 ? "$0" : `$${Number(usd.toPrecision(2))}`);

// The rows of one status within a column.
export const pathOf = (path, status) => `${path}${path.includes("?") ? "&" : "?"}status=${encodeURIComponent(status)}`;

// How long a bar is, in per cent; what is not nothing can be seen.
export const share = (value, most) => (value > 0 && most > 0 ? Math.max(1, (100 * value) / most) : 0);

// How a column is called: its hour, or its day.
export const columnFormat = (span) =>
  span === "24h" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
