// A literal address ends where its sentence goes on: at punctuation of Chinese or Japanese, or a full-width form. Pure.

const AFTER_URL = /[\u2018-\u201f\u2026\u3000-\u303f\uff00-\uff65\uffe0-\uffee]/;
export const cutLink = (node, source) => {
  const [label] = node.children;
  if (node.children.length !== 1 || label.type !== "text" || !node.url.endsWith(label.value)) return [node];
  const at = label.value.search(AFTER_URL);
  if (at <= 0 || "<[".includes(source[node.position?.start.offset] ?? " ")) return [node];
  const lead = node.url.slice(0, node.url.length - label.value.length);
  const shown = label.value.slice(0, at).replace(/[?!.,:*_~]+$/, "");
  const rest = label.value.slice(shown.length);
  const text = { type: "text", value: rest };
  // What came after the sentence's end may be an address again.
  const link = { ...node, url: lead + shown, children: [{ type: "text", value: shown }] };
  const next = rest.search(/https?:\/\/[^\s]/i);
  if (next < 0) return [link, text];
  const more = rest.slice(next);
  const again = { type: "link", url: more, title: null, children: [{ type: "text", value: more }] };
  return [link, { type: "text", value: rest.slice(0, next) }, ...cutLink(again, "")];
};
