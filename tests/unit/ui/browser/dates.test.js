import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  dayBefore,
  dayName,
  endOf,
  exact,
  firstDay,
  lastDay,
  moment,
  startOf,
} from "../../../../execution_hub/ui/browser/dates.js";

// In the zone of this machine, so that the texts hold in every zone.
const AT = new Date(2026, 10, 24, 10, 0, 0);
// ICU writes a narrow space before AM.
const plain = (text) => text.replaceAll("\u202f", " ");

test("an exact time is written in the reader's language", () => {
  assert.equal(plain(exact("en", AT)), "Nov 24, 2026, 10:00:00 AM");
  assert.equal(exact("en-GB", AT), "24 Nov 2026, 10:00:00");
  assert.equal(exact("zh-CN", AT), "2026年11月24日 10:00:00");
});

test("the second time of a language comes from the formatter of the first, since to make one is slow", (t) => {
  const made = t.mock.method(Intl, "DateTimeFormat");
  assert.equal(exact("fr", AT), exact("fr", AT));
  assert.equal(made.mock.callCount(), 1);
});

test("a time is so long ago in the largest unit that fits, and a date after a week, in any language", () => {
  // French writes spaces that no line breaks at.
  const after = (seconds) =>
    ["en", "fr", "zh-CN"].map((locale) => ago(locale, AT, AT.getTime() + seconds * 1000).replaceAll("\u00a0", " "));
  assert.deepEqual(after(-60), ["now", "maintenant", "现在"]);
  assert.deepEqual(after(59), ["59 sec. ago", "il y a 59 s", "59秒前"]);
  assert.deepEqual(after(119), ["1 min. ago", "il y a 1 min", "1分钟前"]);
  assert.deepEqual(after(7200), ["2 hr. ago", "il y a 2 h", "2小时前"]);
  assert.deepEqual(after(6 * 86400), ["6 days ago", "il y a 6 j", "6天前"]);
  assert.deepEqual(after(7 * 86400), ["Nov 24, 2026", "24 nov. 2026", "2026年11月24日"]);
});

test("a day is today, yesterday or its date, from midnight to midnight, in any language", () => {
  const named = (time) => ["en", "zh-CN"].map((locale) => dayName(locale, time, AT.getTime()));
  assert.deepEqual(named(new Date(2026, 10, 24, 0, 0, 0)), ["Today", "今天"]);
  assert.deepEqual(named(new Date(2026, 10, 23, 23, 59, 59)), ["Yesterday", "昨天"]);
  assert.deepEqual(named(new Date(2026, 10, 22, 12)), ["Sunday, November 22", "11月22日星期日"]);
  assert.deepEqual(named(new Date(2025, 10, 24, 12)), ["Monday, November 24, 2025", "2025年11月24日星期一"]);
});

test("a moment has its day", () => {
  const told = (time) => moment("en", time, AT.getTime());
  assert.equal(told(new Date(2026, 10, 24, 9, 5, 7)), "Today, 09:05:07");
  assert.equal(told(new Date(2026, 10, 23, 9, 5, 7)), "Yesterday, 09:05:07");
  assert.equal(told(new Date(2026, 9, 31, 9, 5, 7)), "Oct 31, 2026, 09:05:07");
});

test("a span of days begins and ends at the reader's midnight, and is read again as the same days", () => {
  assert.equal(startOf("2026-11-24"), new Date(2026, 10, 24).toISOString());
  assert.equal(endOf("2026-12-31"), new Date(2027, 0, 1).toISOString());
  assert.equal(firstDay(startOf("2026-03-01")), "2026-03-01");
  assert.equal(lastDay(endOf("2026-02-28")), "2026-02-28");
  assert.deepEqual([startOf(""), endOf(""), firstDay(""), lastDay("")], ["", "", "", ""]);
});

test("a day before another is one of the calendar, over the end of a month too", () => {
  assert.equal(dayBefore(0, AT.getTime()), "2026-11-24");
  assert.equal(dayBefore(1, new Date(2026, 2, 1, 0, 30).getTime()), "2026-02-28");
});
