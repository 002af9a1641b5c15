import assert from "node:assert/strict";
import { test } from "node:test";
import { isEdited } from "../../../../execution_hub/ui/browser/edited.js";

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
