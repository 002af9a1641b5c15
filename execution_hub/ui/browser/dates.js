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

const DAY = { weekday: "long", day: "numeric", month: "long" };

export const isSameDay = (one, other) => one.toDateString() === other.toDateString();

// Today or yesterday; empty of any other day.
const nearName = (locale, time, nowMs) => {
  const today = new Date(nowMs);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const ago = [today, yesterday].findIndex((day) => isSameDay(day, time));
  if (ago < 0) return "";
  const name = formatted("RelativeTimeFormat", locale, { numeric: "auto" }, -ago, "day");
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
};

// The day of a time: today, yesterday, or its date; the year only of another one than this.
export const dayName = (locale, time, nowMs) => {
  const isThisYear = time.getFullYear() === new Date(nowMs).getFullYear();
  return nearName(locale, time, nowMs) || format(locale, isThisYear ? DAY : { ...DAY, year: "numeric" }, time);
};

// A day and a time of it, to the second.
export const moment = (locale, time, nowMs) => {
  const near = nearName(locale, time, nowMs);
  const clock = format(locale, { timeStyle: "medium", hourCycle: "h23" }, time);
  return near
    ? `${near}, ${clock}`
    : format(locale, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }, time);
};

// What a field for a date says, in the reader's zone, of the moment a span begins or (exclusive) ends; and back.
const two = (n) => String(n).padStart(2, "0");
const dateOf = (time) => `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
const midnight = (date, later) => {
  const [year, month, day] = date.split("-").map(Number);
  return date ? new Date(year, month - 1, day + later).toISOString() : "";
};

export const firstDay = (since) => (since ? dateOf(new Date(since)) : "");
export const lastDay = (until) => (until ? dateOf(new Date(Date.parse(until) - 1)) : "");
export const startOf = (date) => midnight(date, 0);
export const endOf = (date) => midnight(date, 1);

// The day so many days before the present one, as a field for a date says it.
export const dayBefore = (days, nowMs) => {
  const now = new Date(nowMs);
  return dateOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
};

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
