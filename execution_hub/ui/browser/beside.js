// What comes before and after a page in the list it was opened from. Pure.

// The addresses of a list, once each, as many as are kept.
export const listed = (paths, most = 500) => [...new Set(paths)].slice(0, most);

// Null where the page is not of that list, or alone in it.
export const beside = (paths, path) => {
  const at = paths.indexOf(path);
  if (at < 0 || paths.length < 2) return null;
  return { before: paths[at - 1] ?? "", after: paths[at + 1] ?? "", number: at + 1, count: paths.length };
};
