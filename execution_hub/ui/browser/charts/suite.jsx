// How a suite's runs went over time: pass rate, cost and time. Read while it is on the page; what draws it, with
// recharts, an npm library, is loaded once there are runs.
import { lazy, memo, Suspense, useEffect, useMemo } from "react";
import { Link } from "react-router";
import { format } from "../dates.js";
import { useKept } from "../use_kept.js";
import { shortCost, shortDuration } from "./scales.js";

const Drawn = lazy(() => import("./suite_drawn.jsx"));
const percent = (value) => `${value} %`;
const WHEN = { dateStyle: "medium", timeStyle: "short" };

const Place = () => <div className="chart-place skeleton" aria-hidden={true} />;

const Chart = ({ title, points, has, empty, ...drawn }) => (
  <section className="chart" aria-label={title}>
    <h3>{title}</h3>
    {has ? (
      <Suspense fallback={<Place />}>
        <Drawn points={points} word={title} {...drawn} />
      </Suspense>
    ) : (
      <p className="chart-empty">{empty}</p>
    )}
  </section>
);

const RunTable = ({ points, words, locale }) => (
  <details className="fold charts-table" data-testid="suite-charts-table">
    <summary>{words.table}</summary>
    <section className="table-scroll" tabIndex={0} aria-label={words.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.run}</th>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">{words.passed_cells}</th>
            <th scope="col">{words.cost}</th>
            <th scope="col">{words.time}</th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.id}>
              <th scope="row">
                <Link to={point.path}>{point.name}</Link>
              </th>
              <td>{point.at ? format(locale, WHEN, new Date(point.at)) : "–"}</td>
              <td>{words[point.verdict] ?? "–"}</td>
              <td>{point.rate_text}</td>
              <td>{point.cost_text || "–"}</td>
              <td>{point.took_text || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
);

const Body = memo(({ points: given, words, locale }) => {
  const points = useMemo(() => given.map((each) => ({ ...each, name: `#${each.id}` })), [given]);
  const hasCost = points.some((each) => each.cost !== null);
  const hasTime = points.some((each) => each.took_ms !== null);
  return (
    <>
      <div className="charts-row">
        <Chart
          title={words.rate}
          points={points}
          has={true}
          value="rate"
          text="rate_text"
          stroke="var(--accent)"
          isRate={true}
          write={percent}
        />
        <Chart
          title={words.cost}
          points={points}
          has={hasCost}
          empty={words.no_cost}
          value="cost"
          text="cost_text"
          stroke="var(--need)"
          write={shortCost}
        />
        <Chart
          title={words.time}
          points={points}
          has={hasTime}
          empty={words.no_time}
          value="took_ms"
          text="took_text"
          stroke="var(--stop)"
          write={shortDuration}
        />
      </div>
      <div className="charts-foot">
        <RunTable points={points} words={words} locale={locale} />
      </div>
    </>
  );
});

export const SuiteCharts = ({ suite, shown, points: given, words: told, locale, onLook, onLookAway }) => {
  const points = useKept(given);
  const words = useKept(told);
  useEffect(() => {
    if (!suite) return undefined;
    onLook(suite);
    return () => onLookAway();
  }, [suite]);
  const isKnown = shown === suite;
  return (
    <section className="card pad charts suite-charts" data-testid="suite-charts" aria-label={words.title}>
      <header className="card-head">
        <h2>{words.title}</h2>
      </header>
      <div className="charts-body" aria-busy={!isKnown}>
        {!isKnown && (
          <div className="charts-row" aria-hidden={true}>
            <Place />
            <Place />
            <Place />
          </div>
        )}
        {isKnown &&
          (points.length ? (
            <Body points={points} words={words} locale={locale} />
          ) : (
            <p className="chart-empty">{words.none}</p>
          ))}
      </div>
    </section>
  );
};
