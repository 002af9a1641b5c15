// Formulas, drawn by KaTeX, an npm library that comes with the first of them.
import { useContext, useEffect, useRef, useState } from "react";
import { TextContext } from "./shared.js";

// Nothing in a formula may name an address, run, or grow without bound.
const MOST = 3000;
const OPTIONS = { throwOnError: true, trust: false, strict: "ignore", maxExpand: 500, maxSize: 20 };

const load = async () => {
  const [math] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  return math.default;
};

const draw = async (tex, isDisplay) => {
  if (tex.length > MOST) throw new Error("too long");
  const katex = await load();
  const drawn = document.createElement("span");
  katex.render(tex, drawn, { ...OPTIONS, displayMode: isDisplay });
  return drawn.childNodes;
};

export const Formula = ({ tex, source, isDisplay }) => {
  const { words, isOpen } = useContext(TextContext);
  const place = useRef(null);
  const [state, setState] = useState("source");
  useEffect(() => {
    let isHere = true;
    if (isOpen) return undefined;
    draw(tex, isDisplay)
      .then((nodes) => {
        if (!isHere) return;
        place.current.replaceChildren(...nodes);
        setState("drawn");
      })
      .catch(() => isHere && setState("failed"));
    return () => {
      isHere = false;
    };
  }, [tex, isDisplay, isOpen]);
  const isFailed = state === "failed";
  return (
    <span className={isDisplay ? "math display" : "math"} dir="ltr" data-state={state}>
      <span ref={place} />
      {state !== "drawn" && <code title={isFailed ? words.math_failed : undefined}>{source}</code>}
      {isFailed && <span className="told">{words.math_failed}</span>}
    </span>
  );
};
