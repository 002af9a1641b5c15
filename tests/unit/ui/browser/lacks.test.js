import assert from "node:assert/strict";
import { test } from "node:test";
import { lackOf } from "../../../../execution_hub/ui/browser/lacks.js";

const OFFERS = [
  { name: "simulated", provider: "hub", lacks: ["effort", "thinking"] },
  { name: "openai/x", provider: "openai", lacks: [] },
];

test("a model lacks what its provider says, and of a model that nobody knows nothing is said", () => {
  assert.equal(lackOf(OFFERS, "simulated", "effort"), "hub");
  assert.equal(lackOf(OFFERS, "simulated", "tools"), "");
  assert.equal(lackOf(OFFERS, "openai/x", "tools"), "");
  assert.equal(lackOf(OFFERS, "unheard-of", "effort"), "");
});
