// Footnotes of a text that is parsed in pieces. Pure.

export const noteMark = (label) => ({
  type: "emphasis",
  data: { hName: "sup", hProperties: { className: ["note-mark"] } },
  children: [{ type: "text", value: label }],
});
// A note stands where it was written; what points at it from another piece was not known for a mark.
export const noteText = (node) => {
  const [first, ...rest] = node.children;
  const mark = [noteMark(node.label ?? node.identifier), { type: "text", value: " " }];
  const isText = first?.type === "paragraph";
  const lead = { type: "paragraph", children: isText ? [...mark, ...first.children] : mark };
  return {
    type: "blockquote",
    data: { hName: "div", hProperties: { className: ["note"] } },
    children: [lead, ...(isText ? rest : node.children)],
  };
};
export const notesWithin = (node, notes) => {
  if (!notes.size || !node.value.includes("[^")) return [node];
  return node.value.split(/(\[\^[^\]\s]{1,100}\])/).flatMap((part, index) => {
    const label = part.slice(2, -1);
    if (index % 2 && notes.has(label)) return [noteMark(label)];
    return part ? [{ type: "text", value: part }] : [];
  });
};
