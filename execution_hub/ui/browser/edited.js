// Whether a field of a form holds something else than it began with, which each field knows itself. Pure.

export const isEdited = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
  return field.value !== undefined && field.type !== "submit" && field.value !== field.defaultValue;
};

// What the edited fields hold, by their names.
export const edits = (fields) =>
  Object.fromEntries([...fields].filter((each) => each.name && isEdited(each)).map((each) => [each.name, each.value]));
