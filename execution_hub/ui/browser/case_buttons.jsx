// How many lines a field holds, counted where they are typed: a long text is not sent for every key.
import { useEffect, useRef, useState } from "react";
import { fill } from "./fill.js";
import { filledLines } from "./filled_lines.js";

export const CaseButtons = ({ target, name, busy, words }) => {
  const [lines, setLines] = useState(0);
  const choice = useRef(null);
  useEffect(() => {
    const field = document.getElementById(target);
    // A field that is emptied by the page tells nobody; its form, once it was sent and answered, is looked at again.
    const look = () => {
      choice.current.value = "";
      setLines(filledLines(field?.value ?? ""));
    };
    look();
    field?.addEventListener("input", look);
    return () => field?.removeEventListener("input", look);
  }, [target, busy]);
  const choose = (value) => () => {
    choice.current.value = value;
  };
  return (
    <>
      <input type="hidden" name={name} ref={choice} defaultValue="" />
      {lines > 1 && (
        <button
          type="submit"
          className="btn primary"
          disabled={busy}
          aria-busy={busy}
          onClick={choose("yes")}
          data-testid="case-add-lines"
        >
          {fill(words.each, { n: lines })}
        </button>
      )}
      <button
        type="submit"
        className="btn"
        disabled={busy || lines === 0}
        aria-busy={busy}
        onClick={choose("")}
        data-testid="case-add"
      >
        {lines > 1 ? words.one : words.add}
      </button>
    </>
  );
};
