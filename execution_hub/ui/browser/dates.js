// Dates in the reader's own time zone, which only the browser knows (Intl).

// To make a formatter takes the browser longer than to draw a row: each is made once.
const formats = new Map();

export const format = (locale, options, time) => {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(time);
};

export const exact = (locale, time) => format(locale, { dateStyle: "medium", timeStyle: "medium" }, time);

const NEAR = [
  ["s", "秒", 1, 60],
  ["min", "分钟", 60, 60],
  ["h", "小时", 3600, 24],
  ["d", "天", 86400, 7],
];

// How long ago a time was; its date once that is more than a week.
export const ago = (language, time, nowMs) => {
  const isChinese = language === "zh";
  const seconds = Math.max(0, (nowMs - time.getTime()) / 1000);
  if (seconds < 3) return isChinese ? "刚刚" : "now";
  const unit = NEAR.find(([, , size, most]) => seconds < size * most);
  if (!unit) return format(isChinese ? "zh-CN" : "en", { dateStyle: "medium" }, time);
  const n = Math.floor(seconds / unit[2]);
  return isChinese ? `${n} ${unit[1]}前` : `${n} ${unit[0]} ago`;
};
