// Diagrams, drawn by mermaid, an npm library that comes with the first of them and measures what it draws.
import { useContext, useEffect, useState } from "react";
import { Code } from "./code.jsx";
import { isDrawn, MOST, pictureOf } from "./diagram_source.js";
import { Note } from "./plain.jsx";
import { TextContext } from "./shared.js";

const OPTIONS = {
  startOnLoad: false,
  securityLevel: "strict",
  suppressErrorRendering: true,
  maxTextSize: MOST,
  maxEdges: 200,
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  class: { htmlLabels: false },
  fontFamily: "system-ui, sans-serif",
};
let count = 0;
let drawing = Promise.resolve();

const drawNow = async (source, isDark) => {
  if (!isDrawn(source)) throw new Error("refused");
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ ...OPTIONS, theme: isDark ? "dark" : "default" });
  // In a place of its own, out of sight, of which nothing stays.
  const place = document.createElement("div");
  place.className = "diagram-place";
  place.ariaHidden = "true";
  document.body.append(place);
  count += 1;
  try {
    return (await mermaid.render(`hub-diagram-${count}`, source, place)).svg;
  } finally {
    place.remove();
  }
};

// One after the other: what is set for one would hold for all.
const draw = (source, isDark) => {
  const drawn = drawing.then(() => drawNow(source, isDark));
  drawing = drawn.catch(() => {});
  return drawn;
};

export const Diagram = ({ source }) => {
  const { words, colorMode, isOpen } = useContext(TextContext);
  const [picture, setPicture] = useState(null);
  const [isFailed, setFailed] = useState(false);
  const isDark = colorMode === "dark";
  useEffect(() => {
    let isHere = true;
    if (isOpen) return undefined;
    draw(source, isDark).then(
      (svg) => isHere && setPicture(pictureOf(svg)),
      () => isHere && setFailed(true),
    );
    return () => {
      isHere = false;
    };
  }, [source, isDark, isOpen]);
  const code = <Code text={source} language="mermaid" />;
  if (!picture || isFailed)
    return (
      <div className="diagram">
        {isFailed && <Note why="diagram_failed" />}
        {code}
      </div>
    );
  return (
    <figure className="diagram" data-state="drawn">
      <img {...picture} alt={words.diagram} onError={() => setFailed(true)} />
      <details>
        <summary>{words.diagram_source}</summary>
        {code}
      </details>
    </figure>
  );
};
