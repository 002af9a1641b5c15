// The cells of a suite's run: what their letters say, which ones a person looks at, and where a key leads. Pure.

// As in views/matrix.py: a letter is a state and a mark.
const STATES = ["none", "queued", "running", "waiting", "passed", "failed", "error", "left"];
const MARKS = ["", "right", "wrong"];
// Cells that a page draws at once, about; and the most rows.
const CELLS_DRAWN = 600;
const ROWS_DRAWN = 50;

export const cellOf = (letter) => {
  const place = (letter ?? "a").charCodeAt(0) - 97;
  return { state: STATES[Math.floor(place / MARKS.length)] ?? "none", mark: MARKS[place % MARKS.length] ?? "" };
};

// Whether any cell of a row runs.
export const isRunning = (row) => [...row].some((letter) => cellOf(letter).state === "running");

// The letters of a row: by targets, and of each its repeats.
export const rowLetters = (letters, { cases, targets, repeats }, place) => {
  // Without repeats they stand together already.
  if (repeats === 1) return letters.slice(place * targets, (place + 1) * targets).padEnd(targets, "a");
  const found = [];
  for (let target = 0; target < targets; target += 1)
    for (let repeat = 0; repeat < repeats; repeat += 1)
      found.push(letters[(repeat * cases + place) * targets + target] ?? "a");
  return found.join("");
};

export const numberOf = ({ cases, targets }, place, target, repeat) => (repeat * cases + place) * targets + target;

// What came of the repeats of one target, counted.
const countOf = (row, repeats, target) => {
  const count = { passed: 0, failed: 0, error: 0 };
  for (let place = target * repeats; place < (target + 1) * repeats; place += 1) {
    const { state } = cellOf(row[place]);
    if (state in count) count[state] += 1;
  }
  return count;
};

// What is known of rows, by their letters: of thousands, few differ from one change to the next.
const known = new WeakMap();
const KNOWN_MAX = 4000;

const countsOf = (row, size) => {
  const found = known.get(size) ?? new Map();
  known.set(size, found);
  let counts = found.get(row);
  if (!counts) {
    if (found.size >= KNOWN_MAX) found.clear();
    counts = Array.from({ length: size.targets }, (_, target) => countOf(row, size.repeats, target));
    found.set(row, counts);
  }
  return counts;
};

// Its repeats did not come out alike.
const isFlaky = (count) => Object.values(count).filter(Boolean).length > 1;

const FITS = {
  all: () => true,
  failed: (counts) => counts.some((count) => count.failed),
  errors: (counts) => counts.some((count) => count.error),
  flaky: (counts) => counts.some(isFlaky),
};
export const FILTERS = Object.keys(FITS);

// The places of the cases that each filter lets through.
export const filtered = (rows, size) =>
  Object.fromEntries(
    FILTERS.map((name) => [name, rows.flatMap((row, place) => (FITS[name](countsOf(row, size)) ? [place] : []))]),
  );

// How many of a column passed, and of how many something is known.
export const columnSum = (rows, size, target) => {
  const sum = { passed: 0, failed: 0, errors: 0, total: rows.length * size.repeats };
  for (const row of rows) {
    const count = countsOf(row, size)[target];
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.errors += count.error;
  }
  return sum;
};

export const rowsPerPage = ({ targets, repeats }) =>
  Math.min(ROWS_DRAWN, Math.max(1, Math.floor(CELLS_DRAWN / Math.max(1, targets * repeats))));

// Where a key leads among the cells that are drawn: [row, column], a column for each repeat of each target.
export const moved = (key, [row, column], rows, columns) => {
  const to = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, columns - 1],
    PageUp: [0, column],
    PageDown: [rows - 1, column],
  }[key];
  return to && [Math.min(rows - 1, Math.max(0, to[0])), Math.min(columns - 1, Math.max(0, to[1]))];
};
