// The charts of the dashboard: opened and closed, and told to be computed only while somebody sees them. What draws
// them, with recharts, an npm library, is loaded once they are open.
import { lazy, memo, Suspense, useCallback, useEffect, useState } from "react";
import { Link } from "react-router";
import { format } from "../dates.js";
import { Icon } from "../icon.jsx";
import { useKept } from "../use_kept.js";
import { columnFormat } from "./scales.js";
import { TrendTable } from "./table.jsx";
import { Uses } from "./uses.jsx";

const Drawn = lazy(() => import("./drawn.jsx"));
const SPANS = ["24h", "7d", "30d"];
// As in charts.css: where they would leave no room for the history, they begin closed.
const WIDE = "(min-width: 821px) and (min-height: 1000px)";

// Until the browser's own answer is known, the style sheet decides.
const useOpen = (opened) => {
  const [isWide, setWide] = useState(null);
  useEffect(() => setWide(window.matchMedia(WIDE).matches), []);
  return opened ? opened === "open" : isWide;
};

const zone = () => -new Date().getTimezoneOffset();

const spanWords = (charts, locale) => {
  const [first, last] = [charts.columns[0], charts.columns[charts.columns.length - 1]];
  const options = { dateStyle: "medium", timeStyle: "short" };
  return `${format(locale, options, new Date(first.since))} – ${format(locale, options, new Date(last.until))}`;
};

const Legend = ({ charts, words }) => (
  <ul className="legend">
    {charts.statuses.map(([status, count, path]) => (
      <li key={status}>
        <Link to={path} className={`legend-item of-${status}`}>
          <i />
          {words[status]} <b>{count}</b>
        </Link>
      </li>
    ))}
  </ul>
);

const Took = ({ charts, words, hasEnded }) => (
  <ul className="legend">
    {hasEnded && (
      <>
        <li className="legend-item of-median">
          <i />
          {words.median} <b>{charts.p50}</b>
        </li>
        <li className="legend-item of-p95">
          <i />
          {words.p95} <b>{charts.p95}</b>
        </li>
      </>
    )}
  </ul>
);

const Chart = ({ title, aside, children }) => (
  <section className="chart" aria-label={title}>
    <h3>
      {title} <small>{aside}</small>
    </h3>
    {children}
  </section>
);

const Empty = ({ text }) => <p className="chart-empty">{text}</p>;

const Place = () => <div className="chart-place skeleton" aria-hidden={true} />;

const Body = memo(({ charts, words, locale }) => {
  const hasEnded = charts.columns.some((each) => each.p50_ms !== null);
  const { span } = charts;
  const name = useCallback((column) => format(locale, columnFormat(span), new Date(column.since)), [locale, span]);
  return (
    <>
      <div className="charts-row">
        <Chart title={words.started} aside={words.total.replace("{n}", charts.total)}>
          {charts.total ? (
            <Suspense fallback={<Place />}>
              <Drawn kind="started" charts={charts} words={words} name={name} />
            </Suspense>
          ) : (
            <Empty text={words.none} />
          )}
          <Legend charts={charts} words={words} />
        </Chart>
        <Chart title={words.durations} aside={words.durations_hint}>
          {hasEnded ? (
            <Suspense fallback={<Place />}>
              <Drawn kind="durations" charts={charts} words={words} name={name} />
            </Suspense>
          ) : (
            <Empty text={words.none_ended} />
          )}
          <Took charts={charts} words={words} hasEnded={hasEnded} />
        </Chart>
        <Chart title={words.uses} aside={words.uses_hint}>
          {charts.uses.length ? <Uses uses={charts.uses} words={words} /> : <Empty text={words.none_used} />}
        </Chart>
      </div>
      <div className="charts-foot">
        <p>{spanWords(charts, locale)}</p>
        <TrendTable charts={charts} words={words} name={name} />
      </div>
    </>
  );
});

export const TrendCharts = ({
  charts: given,
  opened,
  span,
  isFailed,
  words: told,
  locale,
  onLook,
  onLookAway,
  onToggle,
  onSpan,
}) => {
  const charts = useKept(given);
  const words = useKept(told);
  const isOpen = useOpen(opened);
  const chosen = SPANS.includes(span) ? span : SPANS[0];
  useEffect(() => {
    if (!isOpen) return undefined;
    onLook(chosen, zone());
    return () => onLookAway();
  }, [isOpen, chosen]);
  const isKnown = charts.span === chosen;
  const state = isOpen === null ? "auto" : isOpen ? "open" : "closed";
  return (
    <section className="card pad charts" data-state={state} data-testid="charts" aria-label={words.title}>
      <header className="card-head">
        <h2>{words.title}</h2>
        <div className="aside">
          {isOpen && (
            <fieldset className="chips" aria-label={words.span}>
              {SPANS.map((each) => (
                <button
                  key={each}
                  type="button"
                  className={each === chosen ? "chip on" : "chip"}
                  aria-pressed={each === chosen}
                  data-testid={`charts-${each}`}
                  onClick={() => onSpan(each)}
                >
                  {words[each]}
                </button>
              ))}
            </fieldset>
          )}
          <button
            type="button"
            className="btn quiet square"
            aria-expanded={isOpen ?? false}
            aria-label={isOpen ? words.hide : words.show}
            title={isOpen ? words.hide : words.show}
            data-testid="charts-toggle"
            onClick={() => onToggle(!isOpen)}
          >
            <Icon icons={ICONS} name={isOpen ? "up" : "down"} />
          </button>
        </div>
      </header>
      <div className="charts-body" aria-busy={!isKnown}>
        {isFailed && !isKnown && <p className="chart-empty">{words.failed_to_load}</p>}
        {isOpen !== false &&
          !isFailed &&
          (isKnown ? (
            <Body charts={charts} words={words} locale={locale} />
          ) : (
            <div className="charts-row" aria-hidden={true}>
              <Place />
              <Place />
              <Place />
            </div>
          ))}
      </div>
    </section>
  );
};

const ICONS = { up: "m6 15 6-6 6 6", down: "m6 9 6 6 6-6" };
