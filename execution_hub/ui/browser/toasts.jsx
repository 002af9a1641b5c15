// Short notices of what changed while the page is open: only the browser knows since when that is, and what it showed.
import { memo, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { Toaster, toast } from "sonner";
import { changedRows, notices, unseen } from "./news.js";

const QUIET_MS = 2000;
const SHOWN_MAX = 3;
// What changes within so long is told together: to draw a notice takes longer than to draw what it tells of, and a
// burst would leave the page seconds behind.
const TOGETHER_MS = 1000;
// What the page itself is about to show needs no notice; it may hear of it a moment later.
const FIRST_MS = 400;

// Drawn by its own changes alone, not by each of the lists'. Told its direction: else it asks for the style of the whole
// page each time, which has the browser compute that in the middle of drawing.
const Shown = memo(({ label }) => (
  <Toaster
    dir="ltr"
    position="top-center"
    visibleToasts={SHOWN_MAX}
    closeButton={false}
    containerAriaLabel={label}
    toastOptions={{ unstyled: false }}
  />
));

// What is there when a page opens is no news: only what changes after a moment is told.
// The dashboard needs none: its rows say it, and a notice for each would cost more than the rows.
export const Toasts = ({ running, waiting, ended, shown, words }) => {
  const known = useRef(new Map());
  const openedAt = useRef(0);
  const navigate = useNavigate();
  const untold = useRef(new Map());
  const timer = useRef(0);
  const tell = useRef(null);
  const onPage = useRef(shown);
  onPage.current = shown;
  tell.current = () => {
    const changed = unseen([...untold.current.values()], onPage.current);
    untold.current.clear();
    timer.current = changed.length ? setTimeout(() => tell.current(), TOGETHER_MS) : 0;
    for (const { key, text, path, className, duration } of notices(changed, words)) {
      const action = { label: words.open, onClick: () => navigate(path) };
      // Of many there is one notice for each status, which says the newest.
      toast(<span dir="auto">{text}</span>, { id: key, className, duration, action });
    }
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    openedAt.current ||= Date.now();
    const changed = changedRows(known.current, [...running, ...waiting, ...ended]);
    if (Date.now() - openedAt.current < QUIET_MS || window.location.pathname === "/") return;
    for (const row of changed) untold.current.set(row.id, row);
    if (changed.length && !timer.current) timer.current = setTimeout(() => tell.current(), FIRST_MS);
  }, [running, waiting, ended]);
  return <Shown label={words.label} />;
};
