import assert from "node:assert/strict";
import { test } from "node:test";
import { edits, isEdited } from "../../../../execution_hub/ui/browser/edited.js";

const option = (selected, defaultSelected) => ({ selected, defaultSelected });
const FIELDS = [
  [{ type: "checkbox", checked: true, defaultChecked: true }, false],
  [{ type: "radio", checked: true, defaultChecked: false }, true],
  [{ type: "select-one", options: [option(true, true), option(false, false)] }, false],
  [{ type: "select-one", options: [option(false, true), option(true, false)] }, true],
  [{ type: "text", value: "a", defaultValue: "a" }, false],
  [{ type: "textarea", value: "b", defaultValue: "a" }, true],
  [{ type: "submit", value: "Save", defaultValue: "" }, false],
  [{ type: "fieldset" }, false],
];

test("a field is edited when it holds something else than it began with", () => {
  for (const [field, wanted] of FIELDS) assert.equal(isEdited(field), wanted, JSON.stringify(field));
});

test("what is told of a form are its edited fields that have a name", () => {
  const fields = [
    { name: "a", type: "text", value: "2", defaultValue: "1" },
    { name: "b", type: "text", value: "1", defaultValue: "1" },
    { name: "", type: "text", value: "2", defaultValue: "1" },
  ];
  assert.deepEqual(edits(fields), { a: "2" });
});
