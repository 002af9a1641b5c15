// The matrix of a suite's run: thousands of cells that fill in while a person moves among them, so that the focus, the
// filter and the page are the browser's own, and only the rows that changed are drawn anew.
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "./icon.jsx";
import {
  cellOf,
  columnSum,
  FILTERS,
  filtered,
  isRunning,
  moved,
  numberOf,
  rowLetters,
  rowsPerPage,
} from "./matrix_cells.js";
import { useKept } from "./use_kept.js";

const filled = (text, values) =>
  Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);

const Cell = ({ letter, number, name, heads, place, target, repeat, column, words, icons, isHere }) => {
  const { state, mark } = cellOf(letter);
  const said = [
    name,
    heads[target].name,
    repeat >= 0 && filled(words.repeat, { n: repeat + 1 }),
    words[state],
    mark && words[mark],
  ];
  return (
    <button
      type="button"
      className={`matrix-cell of-${state}${mark ? ` is-${mark}` : ""}`}
      aria-label={said.filter(Boolean).join(", ")}
      title={said.slice(2).filter(Boolean).join(" · ")}
      tabIndex={isHere ? 0 : -1}
      data-testid="matrix-cell"
      data-number={number}
      data-place={place}
      data-column={column}
      data-case={name}
      data-target={target}
      data-repeat={Math.max(0, repeat)}
      data-outcome={state}
      data-mark={mark}
    >
      {state !== "none" && <Icon icons={icons} name={state} />}
    </button>
  );
};

// Drawn anew only when one of its cells has changed, or the one that the keys are at.
const Row = memo(({ row, name, place, size, heads, words, icons, here, shown }) => (
  <tr className={isRunning(row) ? "is-running" : undefined}>
    <th scope="row" title={name} dir="auto">
      <span>{name}</span>
    </th>
    {heads.map((head, target) => (
      <td key={`${head.name} ${target}`}>
        <span className={size.repeats > 1 ? "cells many" : "cells"}>
          {Array.from({ length: size.repeats }, (_, repeat) => {
            const column = target * size.repeats + repeat;
            return (
              <Cell
                key={column}
                letter={row[column]}
                number={numberOf(size, place, target, repeat)}
                name={name}
                heads={heads}
                place={shown}
                target={target}
                repeat={size.repeats > 1 ? repeat : -1}
                column={column}
                words={words}
                icons={icons}
                isHere={column === here}
              />
            );
          })}
        </span>
      </td>
    ))}
  </tr>
));

const Head = ({ head, sum, words }) => (
  <th scope="col">
    <span className="head-name" title={head.name} dir="auto">
      {head.name}
    </span>
    <span className="head-more">
      {head.is_workflow ? words.workflow : head.model}
      {head.version > 0 && ` · ${filled(words.version, { n: head.version })}`}
    </span>
    <span className="head-sum num">{filled(words.of, { n: sum.passed, m: sum.total })}</span>
  </th>
);

// What the keys are at: a row of those drawn, and a column.
const useKeys = (table, rows, columns, perPage, turn) => {
  const [at, setAt] = useState([0, 0]);
  const wish = useRef(null);
  const here = [Math.min(at[0], Math.max(0, rows - 1)), Math.min(at[1], Math.max(0, columns - 1))];
  useEffect(() => {
    if (!wish.current) return;
    const [row, column] = wish.current;
    wish.current = null;
    table.current?.querySelector(`[data-place="${row}"][data-column="${column}"]`)?.focus();
  });
  const go = (to) => {
    wish.current = to;
    setAt(to);
  };
  const onKeyDown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest("[data-column]")) return;
    const to = moved(event.key, here, rows, columns);
    if (!to) return;
    event.preventDefault();
    // Past the last row that is drawn is the first of the next page.
    const step = to[0] === here[0] ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : 0;
    if (step && turn(step)) go([step > 0 ? 0 : perPage - 1, here[1]]);
    else go(to);
  };
  const onFocus = ({ target }) => {
    const cell = target.closest("[data-column]");
    if (cell) setAt([Number(cell.dataset.place), Number(cell.dataset.column)]);
  };
  return { here, onKeyDown, onFocus };
};

const Pager = ({ page, pages, from, to, total, turn, words }) => (
  <nav className="matrix-pages" aria-label={words.pages}>
    <button type="button" className="btn small" disabled={page === 0} onClick={() => turn(-1)}>
      {words.before}
    </button>
    <span className="num">{filled(words.range, { from: from + 1, to, n: total })}</span>
    <button type="button" className="btn small" disabled={page >= pages - 1} onClick={() => turn(1)}>
      {words.after}
    </button>
  </nav>
);

export const Matrix = ({
  cases,
  heads: givenHeads,
  repeats,
  blocks,
  opened,
  onOpen,
  onNews,
  words: given,
  icons: drawn,
}) => {
  const [filter, setFilter] = useState("all");
  const [asked, setPage] = useState(0);
  const table = useRef(null);
  const [words, icons, heads, names] = [useKept(given), useKept(drawn), useKept(givenHeads), useKept(cases)];
  const size = useMemo(
    () => ({ cases: names.length, targets: heads.length, repeats }),
    [names.length, heads.length, repeats],
  );
  const letters = blocks.join("");
  const rows = useMemo(() => names.map((_, place) => rowLetters(letters, size, place)), [letters, names, size]);
  const found = useMemo(() => filtered(rows, size), [rows, size]);
  const sums = useMemo(() => heads.map((_, target) => columnSum(rows, size, target)), [rows, heads, size]);
  const shown = found[filter];
  const perPage = rowsPerPage(size);
  const pages = Math.max(1, Math.ceil(shown.length / perPage));
  const page = Math.min(asked, pages - 1);
  const drawnRows = shown.slice(page * perPage, (page + 1) * perPage);
  const turn = (step) => {
    const wanted = page + step;
    if (wanted < 0 || wanted >= pages) return false;
    setPage(wanted);
    return true;
  };
  const { here, onKeyDown, onFocus } = useKeys(table, drawnRows.length, heads.length * repeats, perPage, turn);
  // What is open was read when it was opened: whoever opened it hears that it is another one by now.
  const letter = opened >= 0 ? letters[opened] : "";
  const last = useRef({ opened, letter });
  useEffect(() => {
    const isNews = last.current.opened === opened && last.current.letter !== letter && opened >= 0;
    last.current = { opened, letter };
    if (isNews) onNews?.(opened);
  }, [opened, letter, onNews]);
  const choose = (name) => {
    setFilter(name);
    setPage(0);
  };
  const onClick = ({ target }) => {
    const cell = target.closest("[data-number]");
    if (cell) onOpen?.(Number(cell.dataset.number));
  };
  return (
    <div className="matrix" data-testid="matrix" data-repeats={repeats}>
      <fieldset className="filters matrix-filters">
        <legend className="sr">{words.filters}</legend>
        {FILTERS.filter((name) => name !== "flaky" || repeats > 1).map((name) => (
          <button
            key={name}
            type="button"
            className={name === filter ? "chip on" : "chip"}
            aria-pressed={name === filter}
            onClick={() => choose(name)}
            data-testid="matrix-filter"
            data-filter={name}
          >
            {words[`filter_${name}`]} <b className="num">{found[name].length}</b>
          </button>
        ))}
      </fieldset>
      <div className="matrix-scroll">
        <table ref={table} onKeyDown={onKeyDown} onFocus={onFocus} onClick={onClick}>
          <caption className="sr">{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col" className="corner">
                {words.case}
              </th>
              {heads.map((head, target) => (
                <Head key={`${head.name} ${target}`} head={head} sum={sums[target]} words={words} />
              ))}
            </tr>
          </thead>
          <tbody>
            {drawnRows.map((place, index) => (
              <Row
                key={place}
                row={rows[place]}
                name={names[place]}
                place={place}
                shown={index}
                size={size}
                heads={heads}
                words={words}
                icons={icons}
                here={index === here[0] ? here[1] : -1}
              />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && <p className="muted matrix-none">{words.none_fits}</p>}
      {pages > 1 && (
        <Pager
          page={page}
          pages={pages}
          from={page * perPage}
          to={page * perPage + drawnRows.length}
          total={shown.length}
          turn={turn}
          words={words}
        />
      )}
    </div>
  );
};
