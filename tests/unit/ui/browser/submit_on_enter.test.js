import assert from "node:assert/strict";
import { test } from "node:test";
import { submitOnEnter } from "../../../../execution_hub/ui/browser/submit_on_enter.js";

// Presses a key in a form whose button is as given; returns whether the form was sent.
const press = (keys, button = { matches: () => false }) => {
  let isSent = false;
  const form = {
    querySelector: () => button,
    requestSubmit: () => {
      isSent = true;
    },
  };
  const event = { key: "Enter", nativeEvent: { isComposing: false }, preventDefault: () => {}, target: { form } };
  submitOnEnter({ ...event, ...keys });
  return isSent;
};

test("Ctrl or Cmd and Enter send the form, once for each press", () => {
  assert.ok(press({ ctrlKey: true }));
  assert.ok(press({ metaKey: true }));
  assert.ok(!press({ ctrlKey: true, repeat: true }));
  assert.ok(!press({}));
  assert.ok(!press({ ctrlKey: true, key: "a" }));
});

test("while Chinese is being composed, Enter chooses a word", () => {
  assert.ok(!press({ ctrlKey: true, nativeEvent: { isComposing: true } }));
});

test("a form whose button is disabled, or that has none, is not sent", () => {
  assert.ok(!press({ ctrlKey: true }, { matches: () => true }));
  assert.ok(!press({ ctrlKey: true }, null));
});

test("a field may name another form, which is sent instead of its own", () => {
  const sent = [];
  const form = (name) => ({ querySelector: () => ({ matches: () => false }), requestSubmit: () => sent.push(name) });
  globalThis.document = { getElementById: form };
  const target = { form: form("own"), dataset: { sends: "other" } };
  submitOnEnter({ key: "Enter", ctrlKey: true, nativeEvent: {}, preventDefault: () => {}, target });
  assert.deepEqual(sent, ["other"]);
});
