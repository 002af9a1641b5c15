// One piece of an untrusted text, parsed in the browser by react-markdown, an npm library, once it comes near to what
// is seen; until then its text stands there, to be found and read.
import { memo, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import ReactMarkdown from "react-markdown";
import remarkBreaks from "remark-breaks";
import remarkCjkFriendly from "remark-cjk-friendly";
import remarkCjkFriendlyStrikethrough from "remark-cjk-friendly-gfm-strikethrough";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { Code } from "./code.jsx";
import { isDeep } from "./depth.js";
import { Diagram } from "./diagram.jsx";
import { ELEMENTS } from "./elements.jsx";
import { TextGuard } from "./guard.jsx";
import { lineCount } from "./lines.js";
import { mathSyntax } from "./math_syntax.js";
import { PlainText } from "./plain.jsx";
import { TextContext } from "./shared.js";
import { tree } from "./tree.js";

const NEAR_PX = 800;

// What is still being written is not drawn yet.
const OpenText = ({ isOpen, children }) => {
  const shared = useContext(TextContext);
  const value = useMemo(() => ({ ...shared, isOpen }), [shared, isOpen]);
  return <TextContext.Provider value={value}>{children}</TextContext.Provider>;
};

// Marks of emphasis beside Chinese and Japanese punctuation count (remark-cjk-friendly, which follows the proposal to
// CommonMark); one tilde is a range, not struck out; a line's end is a line's end. Raw HTML stays text: that is
// react-markdown's way as long as rehype-raw is not among its plugins.
const Parsed = memo(
  ({ text, lent, number, references }) => {
    const known = { lent: lent.length, number, notes: references.notes, used: references.used };
    const plugins = [
      [remarkGfm, { singleTilde: false }],
      remarkCjkFriendly,
      [remarkCjkFriendlyStrikethrough, { singleTilde: false }],
      remarkBreaks,
      [remarkMath, { singleDollarTextMath: false }],
      mathSyntax,
      [tree, known],
    ];
    return (
      <ReactMarkdown remarkPlugins={plugins} components={ELEMENTS} urlTransform={(url) => url}>
        {lent + text}
      </ReactMarkdown>
    );
  },
  (before, after) => ["text", "lent", "number", "isOpen"].every((name) => before[name] === after[name]),
);

export const Piece = memo(({ piece, lent, references, isOpen, isFar = false }) => {
  const { kind, text, language, number, why } = piece;
  const isTooDeep = useMemo(() => kind === "markdown" && isDeep(text), [kind, text]);
  if (kind === "code")
    return language === "mermaid" && !isOpen ? (
      <Diagram source={text} />
    ) : (
      <Code text={text} language={language} isOpen={isOpen} isFar={isFar} />
    );
  if (isTooDeep || kind === "plain") return <PlainText text={text} why={isTooDeep ? "deep" : why} />;
  return (
    <TextGuard text={text}>
      <OpenText isOpen={isOpen}>
        <Parsed text={text} lent={lent} number={number} references={references} isOpen={isOpen} />
      </OpenText>
    </TextGuard>
  );
});

// Which pieces are seen is known before the first picture; which are near, the browser tells.
const useNear = (place) => {
  const [isNear, setNear] = useState(false);
  useLayoutEffect(() => {
    const { top, bottom } = place.current.getBoundingClientRect();
    if (top < window.innerHeight && bottom > 0) setNear(true);
  }, []);
  useEffect(() => {
    if (isNear) return undefined;
    const margin = `${NEAR_PX}px`;
    const see = (entries) => entries.some((each) => each.isIntersecting) && setNear(true);
    const observer = new IntersectionObserver(see, { rootMargin: margin, scrollMargin: margin });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isNear]);
  return isNear;
};

export const NearPiece = memo(({ piece, ...props }) => {
  const place = useRef(null);
  const isNear = useNear(place);
  const height = lineCount(piece.text) * 23;
  const style = { containIntrinsicSize: `auto ${height}px`, marginInlineStart: `${piece.indent * 0.5}em` };
  const className = `piece${isNear ? "" : " far"}${piece.isContinued ? " continued" : ""}`;
  return (
    <div ref={place} className={className} style={style}>
      {isNear || piece.kind === "code" ? (
        <Piece piece={piece} isFar={!isNear} {...props} />
      ) : (
        <p className="plain">{piece.text}</p>
      )}
    </div>
  );
});
