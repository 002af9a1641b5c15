// Durations in words that tick in the browser, never by a server push. Pure.

const two = (n) => String(n).padStart(2, "0");

// Like a stopwatch: 0:42, 12:05, 1:02:03.
export const elapsed = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

// Roughly: 42 s, 12 m 05 s, 1 h 02 m; never less than a second.
export const timeLeft = (ms) => {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
};
