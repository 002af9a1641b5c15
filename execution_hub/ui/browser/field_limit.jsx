// The limit of a field, counted in the browser: what is typed is not sent for every key, a long text least of all.
import { useEffect, useState } from "react";
import { characters } from "./characters.js";
import { fill } from "./fill.js";

const NEAR = 0.9;

// Counted only where the limit is near, since to count takes time; 0 as long as it is far.
const useLength = (target, limit) => {
  const [length, setLength] = useState(0);
  useEffect(() => {
    const count = (text) => setLength(text.length < limit * NEAR ? 0 : characters(text));
    const onInput = ({ target: field }) => field.id === target && count(field.value);
    count(document.getElementById(target)?.value ?? "");
    document.addEventListener("input", onInput);
    return () => document.removeEventListener("input", onInput);
  }, [target, limit]);
  return length;
};

export const Count = ({ target, limit, words, locale }) => {
  const length = useLength(target, limit);
  const write = (n) => n.toLocaleString(locale);
  const values = { n: write(length), limit: write(limit), over: write(length - limit) };
  const isOver = length > limit;
  const id = `${target}-count`;
  return (
    <>
      <span id={id} className={isOver ? "count over" : "count"} data-testid={id}>
        {length >= limit * NEAR ? fill(isOver ? words.over : words.near, values) : ""}
      </span>
      {/* Said once, not for every key. */}
      <span className="sr" role="status">
        {isOver ? fill(words.status, values) : ""}
      </span>
    </>
  );
};

export const Within = ({ target, limit, children }) => (
  <fieldset className="within" role="presentation" disabled={useLength(target, limit) > limit}>
    {children}
  </fieldset>
);
