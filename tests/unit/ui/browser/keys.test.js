import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, caps, hands, newOpening, stepped } from "../../../../execution_hub/ui/browser/keys.js";
import { whenThere } from "../../../../execution_hub/ui/browser/when_there.js";

const GROUPS = [
  { keys: [{ acts: { j: "next", J: "extend" } }] },
  { keys: [{ acts: { "?": "help", Escape: "leave" } }] },
];
const pressed = (key, more = {}) => actOf(GROUPS, { key, ...more });

test("keys are not the page's while a dialog is on its way, and are again once it is there or does not come", () => {
  const opening = newOpening();
  assert.ok(!opening.isOn(1_000));
  opening.begin(1_000);
  assert.ok(opening.isOn(1_001));
  assert.ok(!opening.isOn(61_000));
  opening.end();
  assert.ok(!opening.isOn(1_001));
});

test("a key asks for its act, whichever group it is in", () => {
  assert.deepEqual(
    [pressed("j"), pressed("Escape"), pressed("?", { shiftKey: true }), pressed("q")],
    ["next", "leave", "help", ""],
  );
  assert.equal(hands.areOnKeys, false);
});

test("Shift makes another key of a letter, Caps Lock does not", () => {
  assert.equal(pressed("J", { shiftKey: true }), "extend");
  assert.equal(pressed("J"), "next");
  assert.equal(pressed("j", { shiftKey: true }), "extend");
});

test("with a modifier only the palette's key is ours", () => {
  assert.equal(pressed("j", { ctrlKey: true }), "");
  assert.equal(pressed("j", { altKey: true }), "");
  assert.deepEqual([pressed("k", { ctrlKey: true }), pressed("K", { metaKey: true })], ["palette", "palette"]);
  assert.equal(pressed("k", { ctrlKey: true, shiftKey: true }), "");
});

test("while Chinese is being composed no key is ours", () => {
  assert.equal(pressed("j", { isComposing: true }), "");
});

test("the help writes keys as they are on the keyboard", () => {
  assert.deepEqual(
    [caps("Ctrl K", true), caps("Ctrl K", false)],
    [
      ["⌘", "K"],
      ["Ctrl", "K"],
    ],
  );
  assert.deepEqual([caps("J"), caps("j"), caps("Escape")], [["Shift", "J"], ["j"], ["Esc"]]);
});

test("a step goes on from the row that has the focus, and stays in the list", () => {
  assert.deepEqual([stepped(1, 0, 1, 3), stepped(2, 0, 1, 3), stepped(0, 0, -1, 3)], [2, 2, 0]);
});

test("where the row has gone, the next one stands in its place", () => {
  assert.deepEqual([stepped(-1, 1, 1, 3), stepped(-1, 1, -1, 3), stepped(-1, 5, 1, 3)], [1, 0, 2]);
  assert.equal(stepped(-1, 0, 1, 3), 0);
});

test("what is not there yet is waited for, and no longer than it is wanted", async () => {
  const looks = [null, null, "it"];
  const found = await new Promise((resolve) => whenThere(() => looks.shift(), resolve, { everyMs: 1 }));
  assert.equal(found, "it");
  let asked = 0;
  whenThere(
    () => {
      asked += 1;
    },
    () => assert.fail(),
    { everyMs: 1 },
  )();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked, 1);
});
