// A line over a suite's runs, drawn by recharts, an npm library; each point leads to its run. Who does not see it has
// the table.
import { useNavigate } from "react-router";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, HEIGHT, Tip } from "./parts.jsx";

const COLOURS = { passed: "var(--ok)", failed: "var(--bad)" };

const Dot = ({ cx, cy, payload, colour }) =>
  cx === undefined || cy === null ? null : (
    <circle cx={cx} cy={cy} r={3.5} fill={colour ?? COLOURS[payload.verdict] ?? "var(--wait)"} />
  );

const SuiteDrawn = ({ points, value, text, word, stroke, isRate, write }) => {
  const navigate = useNavigate();
  const open = ({ activeIndex }) => {
    const point = points[Number(activeIndex)];
    if (point) navigate(point.path);
  };
  return (
    <div className="chart-place of-suite" aria-hidden={true}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <LineChart
          data={points}
          accessibilityLayer={false}
          onClick={open}
          margin={{ top: 8, right: 10, bottom: 0, left: 0 }}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="name" minTickGap={16} {...AXIS} />
          <YAxis width={58} domain={isRate ? [0, 100] : [0, "auto"]} tickFormatter={write} {...AXIS} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--line)" }}
            content={<Tip lines={(point) => [[point.verdict || "pending", word, point[text] || "–"]]} />}
          />
          <Line
            dataKey={value}
            type="linear"
            stroke={stroke}
            strokeWidth={2}
            dot={<Dot colour={isRate ? undefined : stroke} />}
            isAnimationActive={false}
            connectNulls={true}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
};

export default SuiteDrawn;
