// A span of days in the reader's own time zone, which only the browser knows: from the start of one to the end of another.
import { useEffect, useRef, useState } from "react";
import { dayBefore, endOf, firstDay, lastDay, startOf } from "./dates.js";

// A year that is being typed is one of the Romans' for a moment.
const LEAST = "1970-01-01";
const TYPED_MS = 600;

export const DateRange = ({ since, until, label, fromLabel, toLabel, todayLabel, yesterdayLabel, onRange }) => {
  const [days, setDays] = useState({ from: "", to: "" });
  const timer = useRef(0);
  useEffect(() => setDays({ from: firstDay(since), to: lastDay(until) }), [since, until]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (changed) => {
    const next = { ...days, ...changed };
    setDays(next);
    clearTimeout(timer.current);
    const isWhole = [next.from, next.to].every((day) => !day || day >= LEAST);
    if (!isWhole) return;
    // The one that was not touched gives way.
    if (next.from && next.to && next.from > next.to) {
      if ("from" in changed) next.to = next.from;
      else next.from = next.to;
    }
    timer.current = setTimeout(() => onRange(startOf(next.from), endOf(next.to)), TYPED_MS);
  };
  const choose = (day) => {
    clearTimeout(timer.current);
    setDays({ from: day, to: day });
    onRange(startOf(day), endOf(day));
  };
  const near = [todayLabel, yesterdayLabel].map((name, back) => ({ name, day: dayBefore(back, Date.now()) }));
  return (
    <fieldset className="range">
      <legend className="sr">{label}</legend>
      {near.map(({ name, day }) => (
        <button
          key={name}
          type="button"
          className={days.from === day && days.to === day ? "chip on" : "chip"}
          aria-pressed={days.from === day && days.to === day}
          onClick={() => choose(day)}
        >
          {name}
        </button>
      ))}
      <label>
        <span>{fromLabel}</span>
        <input
          type="date"
          className="select"
          min={LEAST}
          value={days.from}
          data-testid="range-from"
          onChange={(event) => change({ from: event.target.value })}
        />
      </label>
      <label>
        <span>{toLabel}</span>
        <input
          type="date"
          className="select"
          min={LEAST}
          value={days.to}
          data-testid="range-to"
          onChange={(event) => change({ to: event.target.value })}
        />
      </label>
    </fieldset>
  );
};
