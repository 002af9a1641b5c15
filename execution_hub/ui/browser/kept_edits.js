// What was typed and is not saved, for a form that goes and comes back by itself: the hub was started anew. Pure.
import { isEdited } from "./edited.js";

const kept = new Map();
let waiting = 0;

const beginning = (field) =>
  field.options ? [...field.options].find((each) => each.defaultSelected)?.value : field.defaultValue;

// What the edited fields of a form hold, and what they began with.
export const typed = (fields) =>
  [...fields]
    .filter((field) => field.name && isEdited(field))
    .map((field) => ({ name: field.name, from: beginning(field), value: field.value }));

// A moment later: a form that comes back at once was told to begin anew, and what was in it is not wanted any more.
export const keepTyped = (path, found, later = setTimeout) => {
  waiting = later(() => kept.set(path, found));
};

export const takeTyped = (path) => {
  clearTimeout(waiting);
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
