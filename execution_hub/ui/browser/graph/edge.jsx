// A line of the graph with its label, on React Flow's canvas, which only the browser has.
import { BaseEdge, EdgeLabelRenderer } from "@xyflow/react";
import { memo } from "react";
import { labelWidth } from "./layout.js";

const EdgeLabel = ({ label, status, at }) => {
  const transform = `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)`;
  return (
    <EdgeLabelRenderer>
      <div
        className={`edge-label is-${status || "open"}`}
        title={label}
        dir="auto"
        aria-hidden={true}
        style={{ width: labelWidth(label), transform }}
      >
        {label}
      </div>
    </EdgeLabelRenderer>
  );
};

export const GraphEdge = memo(({ id, data: { line, label, status } }) => (
  <>
    <BaseEdge id={id} path={line.path} interactionWidth={0} />
    {label && <EdgeLabel label={label} status={status} at={line.at} />}
  </>
));
