// A prop that the page writes anew at each rendering, as the object it was while its JSON is the same: React's memory.
import { useMemo } from "react";

export const useKept = (value) => {
  // A long one of a State is the same object from one rendering to the next.
  const said = useMemo(() => JSON.stringify(value), [value]);
  return useMemo(() => JSON.parse(said), [said]);
};
