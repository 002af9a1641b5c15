// The colours of code: its words marked by lowlight, an npm library that is loaded with the first block.
import { common, createLowlight } from "lowlight";
import { isDeepTree } from "./code_limits.js";

const lowlight = createLowlight(common);

// The marked text as a tree; null where the language is not known. Nothing is guessed: that takes long, and errs.
export const marked = (text, language) => {
  const name = language.toLowerCase();
  if (!lowlight.registered(name)) return null;
  const { children } = lowlight.highlight(name, text);
  return isDeepTree(children) ? null : children;
};
