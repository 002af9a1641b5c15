// What lies over the graph: the buttons that zoom, and the hint of what is wrong with a step. React Flow's places.
import { Panel } from "@xyflow/react";
import { useEffect, useState } from "react";
import { Icon } from "../icon.jsx";
import { motionMs } from "./view.js";

export const Zoom = ({ words, icons, zoomBy, fit }) => {
  const control = (name, onClick) => (
    <button type="button" className="btn square" aria-label={words[name]} title={words[name]} onClick={onClick}>
      <Icon icons={icons} name={name} />
    </button>
  );
  return (
    <Panel position="bottom-right" className="graph-zoom">
      {control("zoom_out", () => zoomBy("zoomOut"))}
      {control("zoom_in", () => zoomBy("zoomIn"))}
      {control("fit", () => fit(motionMs()))}
    </Panel>
  );
};

// The hint changes by itself, without the graph being drawn anew: `teller` gets the function that changes it.
export const Tip = ({ teller }) => {
  const [tip, setTip] = useState(null);
  useEffect(() => {
    teller.current = setTip;
  }, [teller]);
  if (!tip) return null;
  const { text, ...place } = tip;
  return (
    <div className="step-tip" aria-hidden={true} style={place}>
      {text}
    </div>
  );
};
