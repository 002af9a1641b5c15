// Dates and times in the reader's own language and time zone, which only the browser knows (Intl).

// To make a formatter takes the browser longer than to draw a row: each is made once.
const formats = new Map();

const formatted = (kind, locale, options, ...values) => {
  const key = kind + locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl[kind](locale, options));
  return formats.get(key).format(...values);
};

export const format = (locale, options, time) => formatted("DateTimeFormat", locale, options, time);

export const exact = (locale, time) => format(locale, { dateStyle: "medium", timeStyle: "medium" }, time);

const NEAR = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86400, 7],
];

// How long ago a time was; its date once that is more than a week.
export const ago = (locale, time, nowMs) => {
  const seconds = Math.max(0, (nowMs - time.getTime()) / 1000);
  if (seconds < 3) return formatted("RelativeTimeFormat", locale, { numeric: "auto" }, 0, "second");
  const near = NEAR.find(([, size, most]) => seconds < size * most);
  if (!near) return format(locale, { dateStyle: "medium" }, time);
  const [unit, size] = near;
  return formatted("RelativeTimeFormat", locale, { style: "short" }, -Math.floor(seconds / size), unit);
};
