// How long something may still take, counted by the browser's clock.
import { now } from "./clock.js";
import { timeLeft } from "./durations.js";
import { useTick } from "./tick.js";

export const TimeLeft = ({ clockFrom, usualMs, slowMs, left, soon, slow, className }) => {
  const isInBrowser = useTick(1000);
  if (!isInBrowser || !usualMs || !clockFrom) return null;
  const passed = now() - Date.parse(clockFrom);
  const isSlow = passed > slowMs;
  const text = isSlow ? slow : passed < usualMs - 500 ? left.replace("{time}", timeLeft(usualMs - passed)) : soon;
  return (
    <span className={isSlow ? `${className} slow` : className} data-testid="time-left">
      {text}
    </span>
  );
};

// Never quite full: nobody knows that it has ended before it has.
export const TimeBar = ({ clockFrom, usualMs, className }) => {
  const isInBrowser = useTick(1000);
  const share = isInBrowser && clockFrom ? (now() - Date.parse(clockFrom)) / usualMs : 0;
  const width = `${Math.round(100 * Math.min(0.96, Math.max(0, share)))}%`;
  return (
    <span className={className} aria-hidden={true}>
      <i style={{ width }} />
    </span>
  );
};
