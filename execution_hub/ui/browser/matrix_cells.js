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

// The letters of a row: by targets, and of each its repeats.
export const rowLetters = (letters, { cases, targets, repeats }, place) => {
  const found = [];
  for (let target = 0; target < targets; target += 1)
    for (let repeat = 0; repeat < repeats; repeat += 1)
      found.push(letters[(repeat * cases + place) * targets + target] ?? "a");
  return found.join("");
};

export const numberOf = ({ cases, targets }, place, target, repeat) => (repeat * cases + place) * targets + target;

// Its repeats did not come out alike.
const isFlaky = (states) => ["passed", "failed", "error"].filter((each) => states.includes(each)).length > 1;

const statesOf = (row, repeats, target) =>
  [...row.slice(target * repeats, (target + 1) * repeats)].map((letter) => cellOf(letter).state);

const FITS = {
  all: () => true,
  failed: (row) => [...row].some((letter) => cellOf(letter).state === "failed"),
  errors: (row) => [...row].some((letter) => cellOf(letter).state === "error"),
  flaky: (row, { targets, repeats }) =>
    Array.from({ length: targets }, (_, target) => target).some((target) => isFlaky(statesOf(row, repeats, target))),
};
export const FILTERS = Object.keys(FITS);

// The places of the cases that each filter lets through.
export const filtered = (rows, size) =>
  Object.fromEntries(
    FILTERS.map((name) => [name, rows.flatMap((row, place) => (FITS[name](row, size) ? [place] : []))]),
  );

// How many of a column passed, and of how many something is known.
export const columnSum = (rows, { repeats }, target) => {
  const states = rows.flatMap((row) => statesOf(row, repeats, target));
  const count = (name) => states.filter((each) => each === name).length;
  const [passed, failed, errors] = [count("passed"), count("failed"), count("error")];
  return { passed, failed, errors, total: states.length };
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
