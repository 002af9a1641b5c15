// The charts as a table: for who does not see them, and for who wants the figures.
import { Link } from "react-router";
import { pathOf } from "./scales.js";

export const TrendTable = ({ charts, words, name }) => {
  const statuses = charts.statuses.map(([status]) => status);
  const columns = charts.columns.filter((each) => Object.keys(each.counts).length);
  if (!columns.length) return null;
  return (
    <details className="fold charts-table" data-testid="charts-table">
      <summary>{words.table}</summary>
      <section className="table-scroll" tabIndex={0} aria-label={words.table}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.time}</th>
              {statuses.map((status) => (
                <th key={status} scope="col">
                  {words[status]}
                </th>
              ))}
              <th scope="col">{words.median}</th>
              <th scope="col">{words.p95}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.since}>
                <th scope="row">
                  <Link to={column.path}>{name(column)}</Link>
                </th>
                {statuses.map((status) => (
                  <td key={status}>
                    {column.counts[status] ? (
                      <Link to={pathOf(column.path, status)}>{column.counts[status]}</Link>
                    ) : (
                      "–"
                    )}
                  </td>
                ))}
                <td>{column.p50 || "–"}</td>
                <td>{column.p95 || "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
};
