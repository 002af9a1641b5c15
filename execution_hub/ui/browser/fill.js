// Puts values that only the browser knows into words of the catalogue, as `say` does in Python. Pure.

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? _all);
