"""What a graph is drawn of, as browser code: a step, a line with its label, and the hint of what is wrong."""

NODE = """
const HubGraphContext = createContext(null);
const hubStepLine = ({ status, label, phase }, words) => {
  const word = words[status] ?? "";
  if (status === "waiting") return word;
  if (status === "running") return phase || word;
  if (["failed", "cancelled", "skipped"].includes(status) && label) return `${word} · ${label}`;
  return label || word;
};
const hubStepClass = ({ status, type, problem, is_cut, isSelected }) =>
  [
    "step",
    status ? `s-${status}` : `of-${type}`,
    is_cut && "is-cut",
    problem && "has-problem",
    isSelected && "is-selected",
  ]
    .filter(Boolean)
    .join(" ");
const HubStep = ({ data }) => {
  const { words, select, point, reveal } = useContext(HubGraphContext);
  const line = hubStepLine(data, words);
  const word = words[data.status];
  const spoken = [data.type === "approval" && words.approval, word && !line.startsWith(word) && word];
  const leave = () => point(null);
  return jsx(
    "button",
    {
      type: "button",
      className: hubStepClass(data),
      title: data.problem ? undefined : [data.name, word].filter(Boolean).join(" · "),
      "aria-pressed": data.isSelected,
      "data-testid": "step",
      "data-step": data.name,
      "data-status": data.status,
      "data-cut": Boolean(data.is_cut),
      onClick: () => select(data.key),
      onMouseEnter: (event) => point(event.currentTarget, data.problem),
      onMouseLeave: leave,
      onFocus: (event) => {
        reveal(event.currentTarget, data.key);
        point(event.currentTarget, data.problem);
      },
      onBlur: leave,
      onKeyDown: (event) => event.key === "Escape" && leave(),
    },
    jsx("b", {}, data.name),
    jsx(
      "span",
      { className: "step-line" },
      hubIcon(data.is_cut ? "cut" : data.status || data.type),
      data.status === "running" && jsx(HubTicker, { startedAt: data.started_at, className: "ticker" }),
      data.status === "running" && data.started_at && " · ",
      jsx("span", { className: "step-label" }, line),
    ),
    jsx("span", { className: "sr" }, [...spoken, data.after, data.problem].filter(Boolean).join(", ")),
    data.problem && jsx("span", { className: "step-mark" }, hubIcon("warning")),
  );
};
const HubGraphNode = memo(({ data }) =>
  jsx(
    Fragment,
    {},
    // React Flow draws a line only between handles, though ours needs neither.
    jsx(hubFlow.Handle, { type: "target", position: "left", isConnectable: false }),
    jsx(HubStep, { data }),
    jsx(hubFlow.Handle, { type: "source", position: "right", isConnectable: false }),
  ),
);
"""

EDGE = """
const HubGraphEdge = memo(({ id, data }) =>
  jsx(
    Fragment,
    {},
    jsx(hubFlow.BaseEdge, { id, path: data.line.path, interactionWidth: 0 }),
    data.label &&
      jsx(
        hubFlow.EdgeLabelRenderer,
        {},
        jsx(
          "div",
          {
            className: `edge-label is-${data.status || "open"}`,
            title: data.label,
            "aria-hidden": true,
            style: {
              width: hubLabelWidth(data.label),
              transform: `translate(-50%, -50%) translate(${data.line.at.x}px, ${data.line.at.y}px)`,
            },
          },
          data.label,
        ),
      ),
  ),
);
const HUB_GRAPH_TYPES = { nodes: { step: HubGraphNode }, edges: { line: HubGraphEdge } };
"""

TIP = """
const HubGraphTip = ({ teller }) => {
  const [tip, setTip] = useState(null);
  useEffect(() => {
    teller.current = setTip;
  }, [teller]);
  if (!tip) return null;
  const { text, ...place } = tip;
  return jsx("div", { className: "step-tip", "aria-hidden": true, style: place }, text);
};
const hubTip = (frame, element, text) => {
  const [around, box] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
  const half = Math.min(130, around.width / 2);
  const centre = box.left + box.width / 2 - around.left;
  const left = Math.max(half, Math.min(around.width - half, centre));
  const isLow = box.top + box.height / 2 > around.top + around.height / 2;
  return isLow
    ? { text, left, bottom: Math.max(0, around.bottom - box.top + 8) }
    : { text, left, top: Math.max(0, box.bottom - around.top + 8) };
};
"""
