"""The steps of a workflow as a graph: drawn by React Flow, laid out by dagre, both only in the browser."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent, Ticker
from execution_hub.ui.components.graph_parts import EDGE, NODE, TIP
from execution_hub.ui.components.steps import ICONS, KEEP, step_words
from execution_hub.ui.text import t
from execution_hub.views.graph import GraphEdge, GraphNode
from execution_hub.views.graph_layout import LAYOUT, PATH

FLOW = "@xyflow/react@12.12.1"
DAGRE = "@dagrejs/dagre@3.1.3"

_HOOKS = (
    *("useContext", "useEffect", "useLayoutEffect", "useMemo", "useRef", "useState", "useSyncExternalStore"),
    *("createContext", "memo", "Fragment"),
)

# Loaded with the first graph that is shown: neither the server nor a page without a graph needs them.
_LOAD = """
const hubFlow = {};
const HubGraph = ClientSide(async () => {
  const [flow, dagre] = await Promise.all([
    import("@xyflow/react"),
    import("@dagrejs/dagre"),
    import("@xyflow/react/dist/style.css"),
  ]);
  Object.assign(hubFlow, flow, { dagre });
  return HubGraphFrame;
}, "HubGraph");
"""

# How large the frame has to be for the whole graph, and how the graph fits into it.
_FIT = """
const HUB_GRAPH_PAD = { top: 22, right: 22, bottom: 44, left: 22 };
const HUB_NARROW_PX = 560;
const HUB_ZOOM = { min: 0.08, max: 1.6 };
const hubFrameHeight = ({ width, height }, frameWidth, isNarrow, screenHeight) => {
  const room = Math.max(1, frameWidth - HUB_GRAPH_PAD.left - HUB_GRAPH_PAD.right);
  const zoom = Math.min(1, room / Math.max(1, width));
  const wanted = height * zoom + HUB_GRAPH_PAD.top + HUB_GRAPH_PAD.bottom;
  // Down a narrow screen the page scrolls along; beside other things it stays in sight.
  const most = isNarrow ? 1600 : Math.max(300, Math.min(560, screenHeight * 0.6));
  return Math.round(Math.max(130, Math.min(most, wanted)));
};
const hubFitted = ({ width, height }, frame) => {
  const room = {
    width: Math.max(1, frame.width - HUB_GRAPH_PAD.left - HUB_GRAPH_PAD.right),
    height: Math.max(1, frame.height - HUB_GRAPH_PAD.top - HUB_GRAPH_PAD.bottom),
  };
  const fitting = Math.min(1, room.width / Math.max(1, width), room.height / Math.max(1, height));
  const zoom = Math.max(HUB_ZOOM.min, fitting);
  return {
    zoom,
    x: HUB_GRAPH_PAD.left + (room.width - width * zoom) / 2,
    y: HUB_GRAPH_PAD.top + (room.height - height * zoom) / 2,
  };
};
"""

_FLOW_PROPS = """
// React Flow need not measure what has a fixed size, and says nothing of its own in English.
const HUB_MEASURED = {
  ...HUB_STEP_SIZE,
  measured: { ...HUB_STEP_SIZE },
  domAttributes: { "aria-roledescription": undefined },
};
const HUB_SILENT = { ariaLabel: null, domAttributes: { "aria-roledescription": undefined } };
const hubGraphNodes = (kept, nodes, edges, places, selected, words) => {
  const names = new Map(nodes.map((node) => [node.key, node.name]));
  const before = new Map();
  for (const { source, target, label } of edges) {
    const name = label ? `${names.get(source)} (${label})` : names.get(source);
    before.set(target, [...(before.get(target) ?? []), name]);
  }
  return nodes.map((node) => {
    const { key } = node;
    const after = before.has(key) ? words.after.replace("{names}", before.get(key).join(", ")) : "";
    const data = hubKeep(kept, `data ${key}`, { ...node, after, isSelected: key === selected });
    return hubKeep(kept, `node ${key}`, { id: key, type: "step", position: places[key], data, ...HUB_MEASURED });
  });
};
const hubGraphEdges = (kept, edges, lines) =>
  edges.map(({ source, target, status, label }) => {
    const id = hubEdgeId({ source, target });
    const data = hubKeep(kept, `line ${id}`, { line: lines[id], label, status });
    const look = { className: `is-${status || "open"}`, animated: status === "active" };
    return hubKeep(kept, `edge ${id}`, { id, source, target, type: "line", data, ...look, ...HUB_SILENT });
  });
// React Flow calls itself an application, which keeps a screen reader from reading; each step says what it waits for.
const hubQuiet = (element) => {
  element?.setAttribute("role", "group");
  element?.querySelector(".react-flow__edges")?.setAttribute("aria-hidden", "true");
};
// Nothing is moved, joined or removed by hand; and the wheel belongs to the page.
const HUB_STILL = {
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
"""

_ZOOM = """
const hubMotionMs = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220);
const hubReveal = (frame, flow, place, element) => {
  const [around, box] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
  const isAcross = box.left >= around.left && box.right <= around.right;
  if (isAcross && box.top >= around.top && box.bottom <= around.bottom) return;
  const centre = [place.x + HUB_STEP_SIZE.width / 2, place.y + HUB_STEP_SIZE.height / 2];
  flow?.setCenter(...centre, { zoom: flow.getZoom(), duration: hubMotionMs() });
};
const HubGraphZoom = ({ words, zoomBy, fit }) => {
  const control = (name, onClick) =>
    jsx(
      "button",
      { type: "button", className: "btn square", "aria-label": words[name], title: words[name], onClick },
      hubIcon(name),
    );
  return jsx(
    hubFlow.Panel,
    { position: "bottom-right", className: "graph-zoom" },
    control("zoom_out", () => zoomBy("zoomOut")),
    control("zoom_in", () => zoomBy("zoomIn")),
    control("fit", () => fit(hubMotionMs())),
  );
};
const useHubWidth = (frame) => {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(frame.current.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(frame.current);
    measure();
    return () => watch.disconnect();
  }, [frame]);
  return width;
};
"""

_FRAME = """
// Keeps the whole graph in its frame until a person moves it, and again whenever its shape changes.
const useHubFit = (frame, layout, shape, width, height) => {
  const [flow, isMoved, shown] = [useRef(null), useRef(false), useRef(shape)];
  const [isFree, setFree] = useState(false);
  // The page may have been left in the meantime: then there is nothing to fit.
  const fitted = () => {
    const view = frame.current?.querySelector(".react-flow");
    return view && hubFitted(layout, { width: view.clientWidth, height: view.clientHeight });
  };
  const fit = (duration) => {
    isMoved.current = false;
    const viewport = fitted();
    if (viewport) flow.current?.setViewport(viewport, { duration });
  };
  useLayoutEffect(() => {
    const isOther = shown.current !== shape;
    shown.current = shape;
    if (isOther || !isMoved.current) fit(isOther ? hubMotionMs() : 0);
  }, [shape, width, height]);
  const props = {
    onInit: (instance) => {
      flow.current = instance;
      fit(0);
    },
    onMoveStart: (event) => {
      if (event) isMoved.current = true;
    },
    onMove: (event, { zoom }) => {
      if (!frame.current) return;
      frame.current.dataset.far = String(zoom < 0.55);
      setFree(zoom > (fitted()?.zoom ?? zoom) * 1.03);
    },
  };
  const zoomBy = (method) => {
    isMoved.current = true;
    flow.current?.[method]({ duration: hubMotionMs() });
  };
  return { flow, isFree, fit, zoomBy, props };
};
const HubGraphFrame = ({ nodes, edges, selected, onSelect, words: given, colorMode }) => {
  const [frame, kept, teller, latest] = [useRef(null), useRef(new Map()), useRef(null), useRef({})];
  const width = useHubWidth(frame);
  const said = JSON.stringify(given);
  const words = useMemo(() => JSON.parse(said), [said]);
  const isNarrow = width < HUB_NARROW_PX;
  const steps = [...nodes].sort((a, b) => a.order - b.order);
  const lines = hubKnownEdges(steps, edges);
  const shape = hubShape(steps, lines, isNarrow);
  // Statuses come and go; only another set of steps or lines moves anything.
  const layout = useMemo(() => hubLayout(hubFlow.dagre, steps, lines, isNarrow), [shape]);
  const height = hubFrameHeight(layout, width, isNarrow, window.innerHeight);
  const { flow, isFree, fit, zoomBy, props } = useHubFit(frame, layout, shape, width, height);
  latest.current = { onSelect, layout };
  const shared = useMemo(
    () => ({
      words,
      select: (key) => latest.current.onSelect?.(key),
      point: (element, text) => teller.current?.(element && text ? hubTip(frame.current, element, text) : null),
      reveal: (element, key) => {
        const place = latest.current.layout.places[key];
        if (element.matches(":focus-visible")) hubReveal(frame.current, flow.current, place, element);
      },
    }),
    [words],
  );
  const drawn = () =>
    jsx(
      hubFlow.ReactFlow,
      {
        ...HUB_STILL,
        ...props,
        colorMode,
        nodes: hubGraphNodes(kept.current, steps, lines, layout.places, selected, words),
        edges: hubGraphEdges(kept.current, lines, layout.lines),
        nodeTypes: HUB_GRAPH_TYPES.nodes,
        edgeTypes: HUB_GRAPH_TYPES.edges,
        minZoom: HUB_ZOOM.min,
        maxZoom: HUB_ZOOM.max,
        defaultViewport: hubFitted(layout, { width, height }),
        // A finger scrolls the page, and moves the graph only once it has been made larger than its frame.
        panOnDrag: isFree || !matchMedia("(pointer: coarse)").matches,
        "data-testid": "graph",
        "aria-label": words.label,
        ref: hubQuiet,
      },
      jsx(HubGraphZoom, { words, zoomBy, fit }),
    );
  return jsx(
    HubGraphContext.Provider,
    { value: shared },
    jsx(
      "div",
      { ref: frame, className: `graph-frame${isFree ? " is-free" : ""}`, style: { "--graph-height": `${height}px` } },
      width > 0 && drawn(),
      jsx(HubGraphTip, { teller }),
    ),
  );
};
"""


class Graph(BrowserComponent):
    """See `workflow_graph`."""

    tag = "HubGraph"
    nodes: rx.Var[list[GraphNode]]
    edges: rx.Var[list[GraphEdge]]
    selected: rx.Var[str]
    words: rx.Var[dict[str, str]]
    color_mode: rx.Var[str]
    on_select: rx.EventHandler[passthrough_event_spec(str)]  # type: ignore[type-arg,valid-type]

    def add_imports(self) -> dict[str, Any]:
        """Ask for React's part of the snippets, and for the packages to be installed, not imported at once."""
        later = ImportVar(tag=None, render=False)
        return {
            "react": [ImportVar(tag=hook) for hook in _HOOKS],
            "$/utils/context": [ImportVar(tag="ClientSide")],
            FLOW: [later],
            DAGRE: [later],
        }

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (*Ticker.code(), ICONS, LAYOUT, PATH, KEEP, NODE, EDGE, TIP, _FIT, _FLOW_PROPS, _ZOOM, _FRAME, _LOAD)


def workflow_graph(
    nodes: rx.Var[list[GraphNode]],
    edges: rx.Var[list[GraphEdge]],
    *,
    selected: rx.Var[str] | str,
    on_select: Any,
    class_name: rx.Var[str] | str = "",
    **props: Any,
) -> rx.Component:
    """Draw the steps of a workflow and what they wait for; each step is a button.

    Where a step stands follows from the set of steps and lines alone: nothing moves while it runs. Left to
    right, but downwards where there is little room. The height follows from the graph too; a page that wants
    another gives `.graph-frame` a height in its style sheet.

    Args:
        nodes: The steps.
        edges: What they wait for.
        selected: The key of the step that is outlined; empty for none.
        on_select: Called with the key of the step that was pressed.
        class_name: Further classes.
        **props: Further props of the element around it.
    """
    words = {
        **step_words(),
        "label": t("graph.label"),
        "after": t("graph.after", names="{names}"),
        "approval": t("graph.approval"),
        "zoom_in": t("graph.zoom_in"),
        "zoom_out": t("graph.zoom_out"),
        "fit": t("graph.fit"),
    }
    return rx.el.div(
        Graph.create(
            nodes=nodes,
            edges=edges,
            selected=selected,
            on_select=on_select,
            words=words,
            # React Flow marks itself with its mode, in a class that our colours hang on too.
            color_mode=rx.color_mode,
        ),
        class_name=f"graph {class_name}",
        **props,
    )
