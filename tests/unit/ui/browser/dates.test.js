import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, exact } from "../../../../execution_hub/ui/browser/dates.js";

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

test("a time is so long ago in the largest unit that fits, and a date after a week", () => {
  const after = (seconds) => ["en", "zh"].map((language) => ago(language, AT, AT.getTime() + seconds * 1000));
  assert.deepEqual(after(-60), ["now", "刚刚"]);
  assert.deepEqual(after(59), ["59 s ago", "59 秒前"]);
  assert.deepEqual(after(60), ["1 min ago", "1 分钟前"]);
  assert.deepEqual(after(7200), ["2 h ago", "2 小时前"]);
  assert.deepEqual(after(6 * 86400), ["6 d ago", "6 天前"]);
  assert.deepEqual(after(7 * 86400), ["Nov 24, 2026", "2026年11月24日"]);
});
