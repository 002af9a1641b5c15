import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeJson, shownJson } from "../../../../execution_hub/ui/browser/markdown/json.js";

const SHOWN = [
  ['{"p":"C:\\\\new","__x__":1}', '{\n  "p": "C:\\\\new",\n  "__x__": 1\n}'],
  ["[12345678901234567890, 1.50, -0, 1E5]", "[\n  12345678901234567890,\n  1.50,\n  -0,\n  1E5\n]"],
  ['{"a":1,"a":2,"e":{},"l":[ ]}', '{\n  "a": 1,\n  "a": 2,\n  "e": {},\n  "l": []\n}'],
  ['"a\\\\_b"', '"a\\\\_b"'],
  ['{"a": 1}\n{"a": 2}\n', '{\n  "a": 1\n}\n{\n  "a": 2\n}'],
  ["{a: 1}", null],
  ["[x](y)", null],
  ["12", null],
  ["", null],
];

test("JSON, or a value on each line, is indented letter by letter: big integers, repeated names and all", () => {
  for (const [text, shown] of SHOWN) assert.equal(shownJson(text), shown, text);
});

test("a hundred thousand brackets are indented to a limit only", () => {
  assert.ok(shownJson("[".repeat(100_000) + "]".repeat(100_000)).length < 20_000_000);
});

test("what is being written may become JSON, or cannot any more", () => {
  assert.ok(['{"a', "[{", "{"].every(mayBeJson));
  assert.ok(!["[x](y)", "{a", "text"].some(mayBeJson));
});
