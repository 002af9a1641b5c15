// Which notices a page shows for what changed on it. Pure.

import { fill } from "./fill.js";

const MANY = 10;

// One notice for each status among rows that have become it; many at once are one.
export const notices = (rows, words) =>
  [...new Set(rows.map((row) => row.status))].map((status) => {
    const alike = rows.filter((row) => row.status === status);
    const [first] = alike;
    // Of a burst the page is not told each.
    const many = alike.length < MANY ? words.many : words.more;
    return {
      key: alike.length > 1 ? status : first.id,
      text:
        alike.length > 1
          ? fill(many, { n: alike.length, status: words[status] })
          : `${first.name}: ${words[first.is_cut ? "cut" : status]}`,
      path: alike.length > 1 ? "/" : `/executions/${first.id}`,
      className: `toast s-${status}${alike.some((row) => row.is_cut) ? " is-cut" : ""}`,
      duration: status === "waiting" || status === "failed" ? 8000 : 4000,
    };
  });

// The rows whose status is another than the one known of them; knows them afterwards.
export const changedRows = (known, rows) => {
  const changed = rows.filter((row) => known.get(row.id) !== row.status);
  for (const row of rows) known.set(row.id, row.status);
  return changed;
};

// The rows that the page does not show itself.
export const unseen = (rows, shown) => rows.filter((row) => !shown.includes(row.id));
