import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, joined } from "../../../../execution_hub/ui/browser/markdown/cut.js";
import { isDeep } from "../../../../execution_hub/ui/browser/markdown/depth.js";
import { groups, lineCount } from "../../../../execution_hub/ui/browser/markdown/lines.js";
import { lent, references } from "../../../../execution_hub/ui/browser/markdown/references.js";

const numbered = (count, write) => Array.from({ length: count }, (_, number) => write(number)).join("");

const DEEP = {
  "list marks on one line": `${"1. ".repeat(1000)}x`,
  "bullets on one line": `${"- ".repeat(300)}x`,
  "quotes on one line": `${"> ".repeat(300)}x`,
  "quotes without spaces": `${">".repeat(300)}x`,
  "marks of every kind": `${"> - 1. ".repeat(100)}x`,
  "steps of indentation": numbered(200, (depth) => `${"  ".repeat(depth)}- a\n`),
  "tabs of indentation": numbered(200, (depth) => `${"\t".repeat(depth)}- a\n`),
  brackets: "[".repeat(300),
  "images in images": "![".repeat(300) + "](a)".repeat(300),
  "emphasis within emphasis": "*a ".repeat(300) + "b* ".repeat(300),
  "two kinds of emphasis": "*a _b ".repeat(300),
  "one run of stars": `${"*".repeat(600)}a${"*".repeat(600)}`,
  "quoted emphasis": numbered(300, (number) => `> *a${number}\n`),
};
const FLAT = {
  "a rule of dashes": "- ".repeat(60),
  "a long list": "- item **bold** and *it*\n".repeat(3000),
  "a long paragraph of emphasis": "word **bold**, *it* and _it_ [a](b) [1] ".repeat(500),
  "a thousand lone stars": "2 * 3 * 4\n".repeat(500),
  "a list of five levels": "- a\n  - b\n    - c\n      - d\n        - e\n".repeat(100),
  "code with brackets": `\`\`\`\n${"a[i][j](x) * b ** c\n".repeat(200)}\`\`\`\n`,
  "snake case": "some_long_name ".repeat(1000),
};

test("every kind of nesting beyond a hundred levels is found, and ordinary large texts are not taken for it", () => {
  for (const [name, text] of Object.entries(DEEP)) assert.ok(isDeep(text), name);
  for (const [name, text] of Object.entries(FLAT)) assert.ok(!isDeep(text), name);
});

const MARKS = [
  ...["[", "](", "> ", "1. ", "*a ", "- a\n", "a\n\n", "`", "```\n", "\\[\n", "|a", "[a]: b\n", "[a](", "![](data:"],
];

test("looking for depth, cutting and collecting definitions takes under two seconds of the processor for a megabyte", () => {
  for (const mark of MARKS) {
    const text = mark.repeat(1_000_000 / mark.length);
    const start = process.cpuUsage();
    cut(text);
    references([text]);
    isDeep(text);
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 2_000_000, JSON.stringify(mark));
  }
});

const LARGE = {
  parts: numbered(500, (n) => `## Part ${n}\n\nText of it, **bold**.\n\n- one\n- two\n\n`),
  list: numbered(4000, (n) => `- item ${n}\n`),
  lines: "line of a paragraph without an end\n".repeat(2000),
  code: `\`\`\`python\n${"print(1)\n\n".repeat(3000)}\`\`\`\nafter\n`,
  "one line": "word ".repeat(60_000),
};

test("the pieces of a large text are its text, and none that is parsed is large", () => {
  for (const [name, text] of Object.entries(LARGE)) {
    const pieces = cut(text);
    const whole = text.replace(/^```python\n/, "").replace("```\nafter", "after");
    assert.equal(pieces.map((piece) => piece.text).join(""), whole, name);
    assert.ok(
      pieces.every(({ kind, text: piece }) => kind !== "markdown" || piece.length <= 10_000),
      name,
    );
  }
});

test("a text up to 8,000 characters is one piece, so that what refers within it needs no help", () => {
  const text = "A paragraph.\n\n".repeat(500);
  assert.deepEqual(
    cut(text).map((piece) => piece.text),
    [text],
  );
});

test("a list in which every item is written as number one goes on counting in its next piece", () => {
  const numbers = (text) => cut(text).map((piece) => piece.number);
  assert.deepEqual(numbers("1. item\n".repeat(2000)), [null, 564, 1127, 1690]);
  assert.deepEqual(new Set(numbers(numbered(2000, (n) => `${n + 1}. item\n`))), new Set([null]));
});

test("each piece of a long table begins with its heading", () => {
  const head = "|a|b|\n|-|-|\n";
  const pieces = cut(head + "|1|2|\n".repeat(3000));
  assert.ok(pieces.length > 2);
  assert.ok(pieces.every((piece) => piece.text.startsWith(head)));
});

test("a long list within an item is cut too: its pieces lose their indentation and say how much it was", () => {
  const pieces = cut(`- top\n${"    - item\n".repeat(2000)}- next\n`);
  assert.deepEqual(
    pieces.map((piece) => piece.indent),
    [0, 4, 4, 4, 4, 0],
  );
  assert.ok(pieces[1].text.startsWith("- item\n- item\n"));
  assert.equal(pieces.at(-1).text, "- next\n");
});

test("a blank line within code ends nothing, and one huge line is plain text with a word why", () => {
  const code = `\`\`\`\n${"a\n\n".repeat(5000)}\`\`\`\n`;
  assert.deepEqual(
    cut(`Before.\n\n${code}`).map((piece) => piece.kind),
    ["markdown", "code"],
  );
  assert.deepEqual(
    cut("word ".repeat(3000)).map(({ kind, why }) => [kind, why]),
    [["plain", "long"]],
  );
});

test("an image within its address becomes its size, and display math gets the marks that the parser knows", () => {
  const [image] = cut(`![a](data:image/png;base64,${"A".repeat(400)})`);
  assert.equal(image.text, "![a](data:image/png;size=300,)");
  const [math] = cut("\\[\nx^2\n\\]");
  assert.equal(math.text, "$$\nx^2\n$$");
});

test("small blocks are parsed together, and only the last group changes while more come", () => {
  assert.deepEqual(joined(["a", "b", "c"], 2), ["ab", "c"]);
});

test("a piece gets the definitions it uses from wherever they stand, the first of a name, and no others", () => {
  const texts = [
    "See [guide][G] and [b].\n",
    "[g]: ./guide\n[G]: ./other\n[x]: https://x.y\n",
    "[note]: not a definition\n",
  ];
  assert.equal(lent(texts[0], references(texts)), "[g]: ./guide \n\n");
});

test("a line without end is cut into groups, never within a character", () => {
  const text = `${"x".repeat(99)}${"🚀".repeat(500)}\nlast`;
  const found = groups(text, 50);
  assert.equal(found.join(""), text);
  assert.ok(found.every((group) => group.length <= 100 && group.isWellFormed()));
});

test("groups of lines are the text, and a group ends with its line", () => {
  const text = "0123456789\n".repeat(10);
  const found = groups(text, 30);
  assert.equal(found.join(""), text);
  assert.ok(found.length > 1 && found.every((group) => group.endsWith("\n")));
  assert.equal(lineCount("a\nb"), 2);
  assert.equal(lineCount("a".repeat(1000)), 10);
});
