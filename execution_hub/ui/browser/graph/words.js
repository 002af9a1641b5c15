// What a step of the graph says and how it is marked. Pure.

// The second line: what matters now.
export const stepLine = ({ status, label, phase, asks }, words) => {
  const word = words[status] ?? "";
  if (status === "waiting") return asks || word;
  if (status === "running") return phase || word;
  if (["failed", "cancelled", "skipped"].includes(status) && label) return `${word} · ${label}`;
  return label || word;
};

export const stepClass = ({ status, type, problem, is_cut, isSelected }) =>
  [
    "step",
    status ? `s-${status}` : `of-${type}`,
    is_cut && "is-cut",
    problem && "has-problem",
    isSelected && "is-selected",
  ]
    .filter(Boolean)
    .join(" ");
