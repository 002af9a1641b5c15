// Untrusted text as the text it is, of which the browser lays out what is seen.
import { memo, useContext, useMemo } from "react";
import { groups, lineCount } from "./lines.js";
import { TextContext } from "./shared.js";

export const Lines = memo(({ text }) => {
  const parts = useMemo(() => groups(text), [text]);
  if (parts.length < 2) return text;
  return parts.map((each, index) => (
    <span key={index} className="lines" style={{ containIntrinsicSize: `auto ${lineCount(each) * 21}px` }}>
      {each}
    </span>
  ));
});

export const Note = ({ why }) => {
  const { words } = useContext(TextContext);
  return (
    <p className="told" role="note">
      {words[why] ?? words.failed}
    </p>
  );
};

export const PlainText = ({ text, why }) => (
  <>
    {why && <Note why={why} />}
    <p className="plain" dir="auto">
      <Lines text={text} />
    </p>
  </>
);

// A text spread over four props, which joined are the text (see OutputBuffer), letter by letter.
export const Raw = ({ settled, blocks, openParts, tail, className, children }) => {
  const closed = useMemo(() => [...settled, ...blocks], [settled, blocks]);
  const open = openParts.join("") + tail;
  return (
    <pre className={className} dir="auto">
      {closed.map((text, index) => (
        <Lines key={index} text={text} />
      ))}
      <Lines text={open} />
      {children}
    </pre>
  );
};
