// A prop that the page writes anew at each rendering, as the object it was while its JSON is the same: React's memory.
import { useMemo } from "react";

export const useKept = (value) => {
  const said = JSON.stringify(value);
  return useMemo(() => JSON.parse(said), [said]);
};
