// The steps of an execution in time: bars that grow by the browser's clock.
import { memo, useMemo, useRef } from "react";
import { now as timeNow } from "./clock.js";
import { Icon } from "./icon.jsx";
import { keep } from "./keep.js";
import { useTick } from "./tick.js";
import { barOf, isOpen, spanOf } from "./timeline.js";
import { Ticker } from "./times.jsx";
import { useKept } from "./use_kept.js";

// As text, so that a line whose place is the same is the same.
const placeText = (place) => (place ? `${place.left.toFixed(2)}% ${place.width.toFixed(2)}%` : "");

const Part = ({ className, place }) => {
  const [left, width] = place.split(" ");
  return place && <i className={className} style={{ left, width }} />;
};

const took = (bar, word) => {
  if (bar.status === "running") return <Ticker startedAt={bar.started_at} className="ticker" />;
  return bar.duration_text || <span aria-hidden={true}>{bar.finished_at ? "" : word}</span>;
};

// Every line is drawn anew only when it has changed: most of them stand still while a few grow.
const Name = ({ bar, words, icons }) => (
  <span className="fall-name">
    <Icon icons={icons} name={bar.is_cut ? "cut" : bar.status} />
    <span>{bar.type === "turn" ? words.turn.replace("{n}", bar.name) : bar.name}</span>
  </span>
);

// A turn or a call of an agent: nothing is chosen by it.
const CallLine = memo(({ bar, main, words, icons }) => (
  <div
    className={`fall-line of-call s-${bar.status}`}
    title={words[bar.status]}
    data-testid="timeline-call"
    data-number={bar.key}
    data-kind={bar.type}
  >
    <Name bar={bar} words={words} icons={icons} />
    <span className="sr">{words[bar.status]}</span>
    <span className="fall-lane" aria-hidden={true}>
      <Part className={bar.type === "turn" ? "fall-bar of-turn" : "fall-bar"} place={main} />
    </span>
    <span className="fall-took">{took(bar, words[bar.status])}</span>
  </div>
));

const Line = memo(({ bar, lead, main, isSelected, words, icons, select }) => {
  const word = words[bar.status];
  const isPersons = bar.status === "waiting" || bar.type === "approval";
  const more = [bar.type === "approval" && bar.finished_at && words.person, bar.is_cut && words.cut];
  const spoken = [word, ...more].filter(Boolean).join(", ");
  return (
    <button
      type="button"
      className={`fall-line s-${bar.status}${bar.is_cut ? " is-cut" : ""}${isSelected ? " is-selected" : ""}`}
      title={[bar.name, word, bar.is_cut && words.cut].filter(Boolean).join(" · ")}
      aria-pressed={isSelected}
      data-testid="timeline-step"
      data-step={bar.name}
      data-status={bar.status}
      onClick={() => select(bar.key)}
    >
      <Name bar={bar} words={words} icons={icons} />
      <span className="sr">{spoken}</span>
      <span className="fall-lane" aria-hidden={true}>
        <Part className="fall-lead" place={lead} />
        <Part className={isPersons ? "fall-bar of-person" : "fall-bar"} place={main} />
      </span>
      <span className="fall-took">{took(bar, word)}</span>
    </button>
  );
});

export const Waterfall = ({ bars: steps, calls, callsOf, selected, onSelect, words: given, icons: drawn }) => {
  const bars = callsOf ? steps : [...steps, ...calls];
  const isInBrowser = useTick([...steps, ...calls].some(isOpen) ? 1000 : 3600000);
  const [kept, latest] = [useRef(new Map()), useRef(onSelect)];
  latest.current = onSelect;
  const select = useMemo(() => (key) => latest.current?.(key), []);
  const [words, icons] = [useKept(given), useKept(drawn)];
  const now = isInBrowser ? timeNow() : 0;
  const span = isInBrowser ? spanOf(bars, now) : null;
  const callLine = (bar) => {
    const { main } = span ? barOf(bar, span, now) : {};
    return (
      <li key={`call ${bar.key}`}>
        <CallLine bar={keep(kept.current, `call ${bar.key}`, bar)} main={placeText(main)} words={words} icons={icons} />
      </li>
    );
  };
  const line = (bar) => {
    const { lead, main } = span ? barOf(bar, span, now) : {};
    return (
      <li key={bar.key}>
        <Line
          bar={keep(kept.current, bar.key, bar)}
          lead={placeText(lead)}
          main={placeText(main)}
          isSelected={bar.key === selected}
          words={words}
          icons={icons}
          select={select}
        />
      </li>
    );
  };
  return (
    <ol className="fall" aria-label={words.label}>
      {steps.flatMap((bar) => [line(bar), ...(bar.key === callsOf ? calls.map(callLine) : [])])}
      {!callsOf && calls.map(callLine)}
    </ol>
  );
};
