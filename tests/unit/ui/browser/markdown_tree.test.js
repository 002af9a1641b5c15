import assert from "node:assert/strict";
import { test } from "node:test";
import { isDrawn, pictureOf } from "../../../../execution_hub/ui/browser/markdown/diagram_source.js";
import { cutLink } from "../../../../execution_hub/ui/browser/markdown/link_end.js";
import { tree } from "../../../../execution_hub/ui/browser/markdown/tree.js";
import { dataSize, readable, safeUrl, sizeText } from "../../../../execution_hub/ui/browser/markdown/urls.js";

const text = (value) => ({ type: "text", value });
const paragraph = (...children) => ({ type: "paragraph", children });
const known = (more) => ({ lent: 0, number: null, notes: new Set(), used: new Set(), ...more });
// What a tree of these nodes becomes.
const changed = (children, more, source = "") => {
  const root = { type: "root", children };
  tree(known(more))(root, source);
  return root.children;
};

test("only addresses of the web and of mail become links", () => {
  const good = ["https://a.b", "HTTP://a.b", "mailto:a@b.c"];
  const bad = ["javascript:alert(1)", "data:text/html,x", "./page", " https://a.b", "", undefined];
  assert.deepEqual(good.map(safeUrl), good);
  assert.ok(bad.every((url) => safeUrl(url) === ""));
});

test("an address is written readably, also a broken one", () => {
  assert.equal(readable("https://a.b/%E4%B8%AD"), "https://a.b/中");
  assert.equal(readable("https://a.b/%E4"), "https://a.b/%E4");
});

test("what an address holds is told in round figures", () => {
  assert.deepEqual([17, 1400, 999_500, 1_500_000].map(sizeText), ["17 B", "1 kB", "1.0 MB", "1.5 MB"]);
  assert.equal(dataSize("data:image/png;size=300,"), 300);
  assert.equal(dataSize("data:image/png;base64,QUJDRA=="), 4);
  assert.equal(dataSize("data:text/plain,abc"), 3);
});

test("a literal address ends where its Chinese sentence goes on, and another may follow", () => {
  const url = "https://a.b/c。见https://d.e";
  const [first, between, second] = cutLink({ type: "link", url, children: [text(url)] }, "");
  assert.equal(first.url, "https://a.b/c");
  assert.equal(between.value, "。见");
  assert.equal(second.url, "https://d.e");
});

test("a link that was written as one stays whole", () => {
  const link = { type: "link", url: "https://a.b/c。d", children: [text("words。")] };
  assert.deepEqual(cutLink(link, ""), [link]);
});

test("HTML stays text, between blocks and within them", () => {
  const html = { type: "html", value: "<b onclick=x>" };
  const [block, inline] = changed([html, paragraph({ ...html })]);
  assert.deepEqual(block.data.hChildren, [text("<b onclick=x>")]);
  assert.deepEqual(inline.children, [text("<b onclick=x>")]);
});

test("a line break in a table's cell is one", () => {
  const cell = { type: "tableCell", children: [{ type: "html", value: "<br/>" }] };
  changed([{ type: "table", children: [{ type: "tableRow", children: [cell] }] }]);
  assert.deepEqual(cell.children, [{ type: "break" }]);
});

test("cells beyond the heading's are kept", () => {
  const row = (count) => ({ type: "tableRow", children: Array.from({ length: count }, () => ({ type: "tableCell" })) });
  const [table] = changed([{ type: "table", align: ["left"], children: [row(1), row(3)] }]);
  assert.deepEqual(table.align, ["left", null, null]);
});

test("the numbers of a list are those that were written", () => {
  const source = "1. a\n3. b\n4. c\n";
  const item = (offset) => ({ type: "listItem", children: [], position: { start: { offset } } });
  const [list] = changed([{ type: "list", ordered: true, children: [item(0), item(5), item(10)] }], {}, source);
  assert.deepEqual(
    list.children.map((each) => each.data.hProperties.value),
    [undefined, 3, undefined],
  );
});

test("a list that was cut goes on counting", () => {
  const list = { type: "list", ordered: true, children: [] };
  assert.equal(changed([list], { number: 564 })[0].start, 564);
});

test("a definition that nothing uses is shown, and one that is used shows at its use", () => {
  const definition = { type: "definition", identifier: "a", label: "a", url: "https://a.b", title: null };
  assert.equal(changed([definition])[1].children[0].value, "[a]: ");
  assert.equal(changed([definition], { used: new Set(["a"]) }).length, 1);
});

test("a footnote stands where it was written, and a mark of another piece's note is a mark", () => {
  const note = { type: "footnoteDefinition", identifier: "1", label: "1", children: [paragraph(text("Said."))] };
  const [shown, pointing] = changed([note, paragraph(text("See [^2]."))], { notes: new Set(["2"]) });
  assert.equal(shown.data.hProperties.className[0], "note");
  assert.deepEqual(
    pointing.children.map((each) => each.type),
    ["text", "emphasis", "text"],
  );
});

test("a formula in double dollars is displayed when it stands alone", () => {
  const formula = () => ({ type: "inlineMath", position: { start: { offset: 0 } } });
  const alone = paragraph(formula());
  const within = paragraph(formula(), text("x"));
  changed([alone, within], {}, "$$x$$");
  assert.ok(alone.children[0].data.hProperties.className.includes("math-display"));
  assert.ok(within.children[0].data.hProperties.className.includes("math-inline"));
});

test("a diagram that would load something, or is too long, is not drawn", () => {
  assert.ok(isDrawn("graph TD; a-->b"));
  for (const bad of [
    "style a fill:url(https://x)",
    "%%{init: {}}%%",
    "a@{ img: 'https://x' }",
    "---\nconfig:",
    "@import 'x'",
  ])
    assert.ok(!isDrawn(bad), bad);
  assert.ok(!isDrawn("a".repeat(8001)));
});

test("a drawing becomes a picture of its own size", () => {
  const { src, width, height } = pictureOf('<svg viewBox="0 0 10.2 20"><a/></svg>');
  assert.deepEqual([width, height], [11, 20]);
  assert.ok(src.startsWith("data:image/svg+xml") && !src.includes("<"));
});
