// The graph itself, drawn by React Flow and laid out by dagre: npm libraries that need a browser.
import * as dagre from "@dagrejs/dagre";
import { ReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useMemo, useRef } from "react";
import { useKept } from "../use_kept.js";
import { Tip, Zoom } from "./controls.jsx";
import { GraphEdge } from "./edge.jsx";
import { flowEdges, flowNodes } from "./elements.js";
import { fitted, frameHeight, tipPlace, ZOOM } from "./fit.js";
import { knownEdges, layoutOf, shapeOf } from "./layout.js";
import { GraphContext, GraphNode } from "./step.jsx";
import { reveal, useFit, useWidth } from "./view.js";

const NARROW_PX = 560;
const NODE_TYPES = { step: GraphNode };
const EDGE_TYPES = { line: GraphEdge };
// Nothing is moved, joined or removed by hand; and the wheel belongs to the page.
const STILL = {
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  selectionKeyCode: null,
  multiSelectionKeyCode: null,
  panActivationKeyCode: null,
  zoomActivationKeyCode: null,
  zoomOnScroll: false,
  zoomOnDoubleClick: false,
  panOnScroll: false,
  preventScrolling: false,
  attributionPosition: "bottom-left",
};

// React Flow calls itself an application, which keeps a screen reader from reading; each step says what it waits for.
const quiet = (element) => {
  element?.setAttribute("role", "group");
  element?.querySelector(".react-flow__edges")?.setAttribute("aria-hidden", "true");
};

export const GraphFrame = ({ nodes, edges, selected, onSelect, words: given, icons: drawn, colorMode }) => {
  const [frame, kept, teller, latest] = [useRef(null), useRef(new Map()), useRef(null), useRef({})];
  const width = useWidth(frame);
  const [words, icons] = [useKept(given), useKept(drawn)];
  const isNarrow = width < NARROW_PX;
  const steps = [...nodes].sort((a, b) => a.order - b.order);
  const lines = knownEdges(steps, edges);
  const shape = shapeOf(steps, lines, isNarrow);
  // Statuses come and go; only another set of steps or lines moves anything.
  const layout = useMemo(() => layoutOf(dagre, steps, lines, isNarrow), [shape]);
  const height = frameHeight(layout, width, isNarrow, window.innerHeight);
  const { flow, isFree, fit, zoomBy, props } = useFit(frame, layout, shape, width, height);
  latest.current = { onSelect, layout };
  const shared = useMemo(() => {
    const tipOf = (element, text) => ({
      text,
      ...tipPlace(frame.current.getBoundingClientRect(), element.getBoundingClientRect()),
    });
    return {
      words,
      icons,
      select: (key) => latest.current.onSelect?.(key),
      point: (element, text) => teller.current?.(element && text ? tipOf(element, text) : null),
      reveal: (element, key) => {
        const place = latest.current.layout.places[key];
        if (element.matches(":focus-visible")) reveal(frame.current, flow.current, place, element);
      },
    };
  }, [words, icons]);
  return (
    <GraphContext.Provider value={shared}>
      <div ref={frame} className={`graph-frame${isFree ? " is-free" : ""}`} style={{ "--graph-height": `${height}px` }}>
        {width > 0 && (
          <ReactFlow
            {...STILL}
            {...props}
            colorMode={colorMode}
            nodes={flowNodes(kept.current, steps, lines, layout.places, selected, words)}
            edges={flowEdges(kept.current, lines, layout.lines)}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            minZoom={ZOOM.min}
            maxZoom={ZOOM.max}
            defaultViewport={fitted(layout, { width, height })}
            // A finger scrolls the page, and moves the graph only once it has been made larger than its frame.
            panOnDrag={isFree || !matchMedia("(pointer: coarse)").matches}
            data-testid="graph"
            aria-label={words.label}
            ref={quiet}
          >
            <Zoom words={words} icons={icons} zoomBy={zoomBy} fit={fit} />
          </ReactFlow>
        )}
        <Tip teller={teller} />
      </div>
    </GraphContext.Provider>
  );
};
