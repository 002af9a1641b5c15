import assert from "node:assert/strict";
import { test } from "node:test";
import { keepTyped, putBack, takeTyped, typed } from "../../../../execution_hub/ui/browser/kept_edits.js";

const field = (name, value, defaultValue) => ({
  name,
  type: "text",
  value,
  defaultValue,
  told: [],
  dispatchEvent({ type }) {
    this.told.push(type);
  },
});
const now = (work) => work();
const pause = () => new Promise((done) => setTimeout(done, 5));

test("what was typed is put back into fields that begin as they did, and told", () => {
  const found = typed([field("a", "mine", "saved"), field("b", "same", "same"), field("c", "mine", "saved")]);
  keepTyped("/agents/1", found, now);
  const fields = [field("a", "saved", "saved"), field("b", "same", "same"), field("c", "theirs", "theirs")];
  putBack(fields, takeTyped("/agents/1"));
  assert.deepEqual(
    fields.map((each) => each.value),
    ["mine", "same", "theirs"],
  );
  assert.deepEqual(fields[0].told, ["input"]);
  assert.deepEqual(takeTyped("/agents/1"), []);
});

test("of a form that comes back at once nothing is kept", async () => {
  keepTyped("/agents/2", [{ name: "a", from: "saved", value: "mine" }]);
  takeTyped("/agents/2");
  await pause();
  assert.deepEqual(takeTyped("/agents/2"), []);
});

test("of a form that comes back in the very next task all is kept", async () => {
  const found = [{ name: "a", from: "saved", value: "mine" }];
  keepTyped("/agents/3", found);
  const { port1, port2 } = new MessageChannel();
  const next = new Promise((done) => {
    port2.onmessage = () => {
      port1.close();
      done(takeTyped("/agents/3"));
    };
  });
  port1.postMessage("");
  assert.deepEqual(await next, found);
});

test("of a choice the chosen option is kept", () => {
  const option = (value, selected, defaultSelected) => ({ value, selected, defaultSelected });
  const select = { name: "on_cut", value: "fail", options: [option("mark", false, true), option("fail", true, false)] };
  assert.deepEqual(typed([select]), [{ name: "on_cut", from: "mark", value: "fail" }]);
});
