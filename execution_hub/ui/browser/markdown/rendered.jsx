// Untrusted text as elements: nothing in it becomes HTML, loads from elsewhere, runs, or takes the page away. Parsed in
// the browser, since it grows there while it is written.
import { useMemo, useRef } from "react";
import { useKept } from "../use_kept.js";
import { Code } from "./code.jsx";
import { cut, joined } from "./cut.js";
import { TextGuard } from "./guard.jsx";
import { mayBeJson, shownJson } from "./json.js";
import { LIMITS } from "./limits.js";
import { NearPiece, Piece } from "./piece.jsx";
import { lent, references as referencesOf } from "./references.js";
import { TextContext } from "./shared.js";

const Pieces = ({ closed, open, isWriting, references }) => {
  const kept = useRef(new Map());
  const pieces = useMemo(() => {
    const fresh = new Map(closed.map((text) => [text, kept.current.get(text) ?? cut(text)]));
    kept.current = fresh;
    return closed.flatMap((text) => fresh.get(text));
  }, [closed]);
  const isLarge = pieces.length > 1 && closed.some((text) => text.length > LIMITS.whole);
  const Each = isLarge ? NearPiece : Piece;
  const isAlone = pieces.length === 1 && !open;
  const lents = useMemo(() => {
    const isLent = (piece) => piece.kind === "markdown" && !isAlone;
    return pieces.map((piece) => (isLent(piece) ? lent(piece.text, references) : ""));
  }, [pieces, references, isAlone]);
  const kind = open.length > LIMITS.most ? "plain" : "markdown";
  const last = { kind, text: open, indent: 0, number: null, why: "" };
  return (
    <>
      {pieces.map((piece, index) => (
        <Each key={index} piece={piece} lent={lents[index]} references={references} isOpen={false} />
      ))}
      {open && (
        <Piece key="open" piece={last} lent={lent(open, references)} references={references} isOpen={isWriting} />
      )}
    </>
  );
};

const Output = ({ settled, blocks, open, isWriting }) => {
  const closed = useMemo(() => joined([...settled, ...blocks]), [settled, blocks]);
  const json = useMemo(() => (isWriting ? null : shownJson(closed.join("") + open)), [closed, open, isWriting]);
  const ended = isWriting ? "" : open;
  const references = useMemo(() => referencesOf([...closed, ended]), [closed, ended]);
  if (json !== null) return <Code text={json} language="json" />;
  if (isWriting && mayBeJson(closed[0] ?? open)) return <Code text={closed.join("") + open} isOpen />;
  return <Pieces closed={closed} open={open} isWriting={isWriting} references={references} />;
};

// The text is spread over four props, which joined are the text (see OutputBuffer).
export const Rendered = ({ settled, blocks, openParts, tail, isWriting, words: given, colorMode, className }) => {
  const words = useKept(given);
  const shared = useMemo(() => ({ words, colorMode, isOpen: false }), [words, colorMode]);
  const open = openParts.join("") + tail;
  const whole = () => [...settled, ...blocks, open].join("");
  return (
    <div className={className}>
      <TextContext.Provider value={shared}>
        <TextGuard text={whole}>
          <Output settled={settled} blocks={blocks} open={open} isWriting={isWriting} />
        </TextGuard>
      </TextContext.Provider>
    </div>
  );
};
