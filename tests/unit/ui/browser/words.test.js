import assert from "node:assert/strict";
import { test } from "node:test";
import { characters } from "../../../../execution_hub/ui/browser/characters.js";
import { fill } from "../../../../execution_hub/ui/browser/fill.js";
import { marked, titled } from "../../../../execution_hub/ui/browser/title_mark.js";

test("values take the place of their names, and a name without a value stays", () => {
  assert.equal(fill("{n} of {limit}, {n}", { n: 2 }), "2 of {limit}, 2");
});

test("an emoji is one character, as the server counts", () => {
  assert.equal(characters("a😀字"), 3);
});

test("a title carries its count and its sign once, whatever it had before", () => {
  assert.equal(marked("Agents", 2, true), "✋ (2) Agents");
  assert.equal(marked("✋ (2) Agents", 13, false), "(13) Agents");
  assert.equal(marked("(13) Agents", 0, false), "Agents");
});

test("a tab is called as what its page shows, once that is known", () => {
  assert.equal(titled("#56 Writer – running"), "#56 Writer – running · Execution Hub");
  assert.equal(titled(""), "");
});
