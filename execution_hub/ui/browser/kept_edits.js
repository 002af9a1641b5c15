// What was typed and is not saved, for a form that goes and comes back by itself: the hub was started anew. Pure.
import { isEdited } from "./edited.js";

const kept = new Map();
let taken = 0;

const beginning = (field) =>
  field.options ? [...field.options].find((each) => each.defaultSelected)?.value : field.defaultValue;

// What the edited fields of a form hold, and what they began with.
export const typed = (fields) =>
  [...fields]
    .filter((field) => field.name && isEdited(field))
    .map((field) => ({ name: field.name, from: beginning(field), value: field.value }));

// Once all of this commit is done: a form that comes back in it was told to begin anew, and what was in it is not wanted
// any more. Not a task later: what a hub that was started anew says comes in tasks, too, and may be there before.
export const keepTyped = (path, found, later = queueMicrotask) => {
  const before = taken;
  later(() => before === taken && kept.set(path, found));
};

export const takeTyped = (path) => {
  taken += 1;
  const found = kept.get(path) ?? [];
  kept.delete(path);
  return found;
};

// Puts back what still fits: a field that begins with something else was saved meanwhile by somebody else.
export const putBack = (fields, found) => {
  for (const { name, from, value } of found) {
    const field = [...fields].find((each) => each.name === name && beginning(each) === from);
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};
