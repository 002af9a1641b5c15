// A step of the graph: a button on React Flow's canvas, which only the browser has.
import { Handle } from "@xyflow/react";
import { createContext, memo, useContext } from "react";
import { Icon } from "../icon.jsx";
import { Ticker } from "../times.jsx";
import { stepClass, stepLine } from "./words.js";

// What all steps of one graph share: `words`, `icons`, and the functions `select`, `point` and `reveal`.
export const GraphContext = createContext(null);

const Step = ({ data }) => {
  const { words, icons, select, point, reveal } = useContext(GraphContext);
  const line = stepLine(data, words);
  const word = words[data.status];
  const spoken = [data.type === "approval" && words.approval, word && !line.startsWith(word) && word];
  const leave = () => point(null);
  const onFocus = (event) => {
    reveal(event.currentTarget, data.key);
    point(event.currentTarget, data.problem);
  };
  return (
    <button
      type="button"
      className={stepClass(data)}
      title={data.problem ? undefined : [data.name, word].filter(Boolean).join(" · ")}
      aria-pressed={data.isSelected}
      data-testid="step"
      data-step={data.name}
      data-status={data.status}
      data-cut={Boolean(data.is_cut)}
      onClick={() => select(data.key)}
      onMouseEnter={(event) => point(event.currentTarget, data.problem)}
      onMouseLeave={leave}
      onFocus={onFocus}
      onBlur={leave}
      onKeyDown={(event) => event.key === "Escape" && leave()}
    >
      <b>{data.name}</b>
      <span className="step-line">
        <Icon icons={icons} name={data.is_cut ? "cut" : data.status || data.type} />
        {data.status === "running" && <Ticker startedAt={data.started_at} className="ticker" />}
        {data.status === "running" && data.started_at && " · "}
        <span className="step-label" dir="auto">
          {line}
        </span>
      </span>
      <span className="sr">{[...spoken, data.after, data.problem].filter(Boolean).join(", ")}</span>
      {data.problem && (
        <span className="step-mark">
          <Icon icons={icons} name="warning" />
        </span>
      )}
    </button>
  );
};

// React Flow draws a line only between handles, though ours needs neither.
export const GraphNode = memo(({ data }) => (
  <>
    <Handle type="target" position="left" isConnectable={false} />
    <Step data={data} />
    <Handle type="source" position="right" isConnectable={false} />
  </>
));
