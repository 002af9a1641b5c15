// What lies deep within a text knows of its page: React's context.
import { createContext } from "react";

// The words and the mode of the page, and whether the text is still being written.
export const TextContext = createContext({ words: {}, colorMode: "dark", isOpen: false });
// Whether a link is around.
export const WithinLink = createContext(false);
