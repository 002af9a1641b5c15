// Bars and lines, drawn by recharts, an npm library. Who does not see them has the table; each bar leads to its rows.
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, HEIGHT, Tip } from "./parts.jsx";
import { pathOf, shortDuration } from "./scales.js";

const COLOURS = {
  succeeded: "var(--ok)",
  failed: "var(--bad)",
  cancelled: "var(--stop)",
  waiting: "var(--need)",
  running: "rgb(var(--run))",
  pending: "var(--wait)",
};
const Started = ({ points, statuses, words }) => {
  const navigate = useNavigate();
  const lines = (point) =>
    [...statuses]
      .reverse()
      .filter((status) => point[status])
      .map((status) => [status, words[status], point[status]]);
  return (
    <BarChart data={points} accessibilityLayer={false} margin={{ top: 4, right: 0, bottom: 0, left: 0 }}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis dataKey="name" minTickGap={16} {...AXIS} />
      <YAxis width={34} allowDecimals={false} {...AXIS} />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: "color-mix(in srgb, var(--text) 7%, transparent)" }}
        content={<Tip lines={lines} />}
      />
      {statuses.map((status) => (
        <Bar
          key={status}
          dataKey={status}
          stackId="all"
          maxBarSize={26}
          fill={COLOURS[status]}
          isAnimationActive={false}
          onClick={({ payload }) => navigate(pathOf(payload.path, status))}
        />
      ))}
    </BarChart>
  );
};

const Durations = ({ points, words }) => {
  const navigate = useNavigate();
  const lines = (point) =>
    point.p95_ms === null
      ? []
      : [
          ["p95", words.p95, point.p95],
          ["median", words.median, point.p50],
        ];
  const open = ({ activeIndex }) => {
    const point = points[Number(activeIndex)];
    if (point) navigate(point.path);
  };
  const line = {
    type: "linear",
    strokeWidth: 2,
    dot: { r: 2.5, strokeDasharray: "0" },
    isAnimationActive: false,
    connectNulls: true,
  };
  return (
    <LineChart
      data={points}
      accessibilityLayer={false}
      onClick={open}
      margin={{ top: 4, right: 6, bottom: 0, left: 0 }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis dataKey="name" minTickGap={16} {...AXIS} />
      <YAxis width={58} tickFormatter={shortDuration} {...AXIS} />
      <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--line)" }} content={<Tip lines={lines} />} />
      <Line dataKey="p95_ms" stroke="var(--need)" strokeDasharray="5 4" {...line} />
      <Line dataKey="p50_ms" stroke="var(--accent)" {...line} />
    </LineChart>
  );
};

const KINDS = { started: Started, durations: Durations };

// Screen readers are told the same by the legend and the table.
const Drawn = ({ kind, charts, words, name }) => {
  const points = useMemo(
    () => charts.columns.map((each) => ({ ...each, ...each.counts, name: name(each) })),
    [charts, name],
  );
  const statuses = useMemo(() => charts.statuses.map(([status]) => status), [charts]);
  const Kind = KINDS[kind];
  return (
    <div className={`chart-place of-${kind}`} aria-hidden={true}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <Kind points={points} statuses={statuses} words={words} />
      </ResponsiveContainer>
    </div>
  );
};

export default Drawn;
