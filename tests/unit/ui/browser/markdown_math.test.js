import assert from "node:assert/strict";
import { test } from "node:test";
import { mathSyntax } from "../../../../execution_hub/ui/browser/markdown/math_syntax.js";

const ended = () => null;

const construct = () => {
  const data = {};
  mathSyntax.call({ data: () => data });
  return data.micromarkExtensions[0].text[92];
};

// Reads a text as micromark does, code by code with null at its end; returns the formula that it found, or null.
const read = (text, context = {}) => {
  let [at, isFound] = [0, false];
  const effects = {
    enter: (type) => ({ type }),
    exit: () => {},
    consume: () => {
      at += 1;
    },
  };
  const ok = () => {
    isFound = true;
    return ended;
  };
  let state = construct().tokenize.call(context, effects, ok, () => ended);
  while (state !== ended) {
    const letter = text[at];
    // Below -2, a code is a line's end.
    state = state(letter === undefined ? null : letter === "\n" ? -3 : letter.charCodeAt(0)) ?? ended;
    if (isFound) return text.slice(0, at);
  }
  return null;
};

test("a formula reaches from its bracket to the one that closes it, over lines too", () => {
  assert.equal(read("\\(x^2\\) and \\)"), "\\(x^2\\)");
  assert.equal(read("\\[a\n+b\\] rest"), "\\[a\n+b\\]");
  assert.equal(read("\\(a\\\\b\\]\\)"), "\\(a\\\\b\\]\\)");
});

test("other marks with a backslash are no formula", () => {
  assert.equal(read("\\*x\\*"), null);
});

test("a bracket that nothing closes is looked at once in its paragraph, not after each mark", () => {
  const paragraph = {};
  assert.equal(read("\\(x", paragraph), null);
  assert.equal(read("\\(x\\)", paragraph), null);
  assert.equal(read("\\[x\\]", paragraph), "\\[x\\]");
});
