// What the palette shows for what is typed: entries in groups, the best first. Pure.
import { fill } from "./fill.js";

const SHOWN_MAX = 40;

const fold = (text) => text.normalize("NFKC").toLowerCase();
const wordsOf = (text) => fold(text).split(/\s+/).filter(Boolean);

// How well an entry fits all the words, in whatever order they come: the less, the better; Infinity where one is
// lacking. Chinese is written without spaces, so they do not count either.
const distance = ({ label, also = "" }, words) => {
  const name = fold(label);
  const all = `${name} ${fold(also)}`;
  const compact = all.replace(/\s+/g, "");
  if (!words.every((word) => all.includes(word) || compact.includes(word))) return Infinity;
  if (words.length && name.startsWith(words[0])) return 0;
  return words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 2;
};

// Groups with their entries; in the order given while nothing is typed.
export const arranged = (entries, typed) => {
  const words = wordsOf(typed);
  const groups = new Map();
  for (const entry of entries) {
    const far = distance(entry, words);
    if (far === Infinity) continue;
    const group = groups.get(entry.group) ?? { name: entry.group, best: far, entries: [] };
    group.best = Math.min(group.best, far);
    group.entries.push({ ...entry, far });
    groups.set(entry.group, group);
  }
  const sorted = [...groups.values()].sort((one, other) => one.best - other.best);
  let room = SHOWN_MAX;
  return sorted
    .map(({ name, entries: found }) => {
      const shown = found.sort((one, other) => one.far - other.far).slice(0, room);
      room -= shown.length;
      return { name, entries: shown };
    })
    .filter((group) => group.entries.length > 0);
};

// The way from the palette to all executions that hold what is typed.
export const searchEntry = (typed, words) => ({
  key: "search-all",
  group: "search",
  icon: "search",
  label: fill(words.search_all, { text: typed.trim() }),
  path: `/?q=${encodeURIComponent(typed.trim())}`,
});

// What can be done with what the hub has found: opened, and tested or run.
export const entriesOf = (found, words) =>
  found.flatMap(({ kind, id, name, text, status }) => {
    if (kind === "execution") {
      const entry = { key: `execution-${id}`, group: "executions", label: `#${id} ${name}`, also: text, hint: text };
      return [{ ...entry, icon: status, path: `/executions/${id}` }];
    }
    const path = `/${kind}s/${id}`;
    const opens = {
      key: `${kind}-${id}`,
      group: `${kind}s`,
      icon: kind === "task" ? "tasks" : kind,
      label: name,
      path,
    };
    if (kind === "task" || kind === "suite") return [opens];
    const labels = words[kind].map((text) => fill(text, { name }));
    const focus = kind === "agent" ? '[data-testid="test-input"]' : "#workflow-run-input";
    const starts = { key: `start-${kind}-${id}`, group: "actions", icon: "play", label: labels[0], path, focus };
    return [opens, { ...starts, also: labels.join(" ") }];
  });
