// Times that go on by themselves, in the reader's time zone: the browser's clock and zone.
import { memo, useEffect, useRef } from "react";
import { now } from "./clock.js";
import { ago, dayName, exact, format, isSameDay, moment } from "./dates.js";
import { elapsed } from "./durations.js";
import { useTick } from "./tick.js";

export const Ticker = ({ startedAt, finishedAt, className }) => {
  const isInBrowser = useTick(1000);
  const end = finishedAt ? Date.parse(finishedAt) : isInBrowser ? now() : 0;
  const text = startedAt && end ? elapsed(end - Date.parse(startedAt)) : "";
  return <span className={className}>{text}</span>;
};

export const Ago = ({ at, locale, className }) => {
  const isInBrowser = useTick(5000);
  if (!at || !isInBrowser) return <time className={className} />;
  const time = new Date(at);
  return (
    <time className={className} dateTime={at} title={exact(locale, time)}>
      {ago(locale, time, now())}
    </time>
  );
};

export const Clock = ({ at, locale, className }) => {
  const isInBrowser = useTick(3600000);
  if (!at || !isInBrowser) return <time className={className} />;
  const time = new Date(at);
  return (
    <time className={className} dateTime={at} title={exact(locale, time)}>
      {format(locale, { timeStyle: "medium", hourCycle: "h23" }, time)}
    </time>
  );
};

export const Moment = ({ at, locale, className }) => {
  const isInBrowser = useTick(60000);
  if (!at || !isInBrowser) return <time className={className} />;
  const time = new Date(at);
  return (
    <time className={className} dateTime={at} title={exact(locale, time)}>
      {moment(locale, time, now())}
    </time>
  );
};

// Of the first row of a day, and of no other.
const Day = memo(({ at, above, locale, className }) => {
  const isInBrowser = useTick(60000);
  if (!isInBrowser || (above && isSameDay(new Date(at), new Date(above)))) return null;
  return <h3 className={className}>{dayName(locale, new Date(at), now())}</h3>;
});

export const DayHeading = ({ at, above, locale, className }) => (
  <Day at={at} above={above} locale={locale} className={className} />
);

// The seconds left; tells once when there are none.
export const Countdown = ({ until, onOver, className }) => {
  const isInBrowser = useTick(200);
  const tell = useRef(onOver);
  tell.current = onOver;
  const left = isInBrowser ? Math.max(0, Math.ceil((until - now()) / 1000)) : 0;
  const isOver = isInBrowser && left === 0;
  useEffect(() => {
    if (isOver) tell.current?.(until);
  }, [isOver, until]);
  return (
    <span className={className} aria-hidden={true}>
      {left}
    </span>
  );
};
