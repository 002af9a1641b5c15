// What all charts share: how axes look, and what is told beside the pointer.
export const HEIGHT = 170;
const TICK = { fill: "var(--faint)", fontSize: 11 };
export const AXIS = { tick: TICK, tickLine: false, axisLine: false };

export const Tip = ({ active, payload, lines }) => {
  const point = payload?.[0]?.payload;
  if (!active || !point) return null;
  return (
    <div className="chart-tip">
      <b>{point.name}</b>
      {lines(point).map(([key, word, value]) => (
        <span key={key} className={`legend-item of-${key}`}>
          <i />
          {word} <b>{value}</b>
        </span>
      ))}
    </div>
  );
};
