// A block of code: what copies it, and its words in colours once it is closed.
import { memo, useContext, useEffect, useMemo, useState } from "react";
import { Copy } from "../copy.jsx";
import { languageOf, mayBeColoured } from "./code_limits.js";
import { Lines } from "./plain.jsx";
import { TextContext } from "./shared.js";

const Marked = ({ nodes }) =>
  nodes.map((node, index) =>
    node.type === "text" ? (
      node.value
    ) : (
      <span key={index} className={node.properties.className.join(" ")}>
        <Marked nodes={node.children} />
      </span>
    ),
  );

// While a block is written it changes with every word: only what is closed, and near to what is seen, is marked.
const useMarked = (text, language, isLater) => {
  const [found, setFound] = useState(null);
  useEffect(() => {
    let isHere = true;
    if (isLater || !mayBeColoured(text, language)) return undefined;
    // Without its colours it is as readable.
    import("./colours.js")
      .then(({ marked }) => isHere && setFound({ text, nodes: marked(text, language) }))
      .catch(() => {});
    return () => {
      isHere = false;
    };
  }, [text, language, isLater]);
  return found?.text === text ? found.nodes : null;
};

export const Code = memo(({ text, language: info, isOpen: isGrowing = false, isFar = false }) => {
  const { words, isOpen: isWithinOpen } = useContext(TextContext);
  const language = languageOf(info);
  const isOpen = isGrowing || isWithinOpen;
  const nodes = useMarked(text, language, isOpen || isFar);
  const told = useMemo(
    () => ({ action: words.copy, done: words.copied, failed: words.copy_failed, failed_hint: words.copy_hint }),
    [words],
  );
  return (
    <div className="code">
      <div className="code-head">
        <span dir="ltr">{language}</span>
        {!isOpen && <Copy parts={[text]} words={told} className="btn quiet" testId="copy-code" />}
      </div>
      <pre dir="ltr" tabIndex={0}>
        <code className={language && `language-${language}`}>
          {nodes ? <Marked nodes={nodes} /> : <Lines text={text} />}
        </code>
      </pre>
    </div>
  );
});
