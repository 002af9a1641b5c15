// Short notices of what changed while the page is open: only the browser knows since when that is, and what it showed.
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { Toaster, toast } from "sonner";
import { changedRows, notices } from "./news.js";

const QUIET_MS = 2000;
const SHOWN_MAX = 3;

// What is there when a page opens is no news: only what changes after a moment is told.
// The dashboard needs none: its rows say it, and a notice for each would cost more than the rows.
export const Toasts = ({ running, waiting, ended, words }) => {
  const known = useRef(new Map());
  const openedAt = useRef(0);
  const navigate = useNavigate();
  useEffect(() => {
    openedAt.current ||= Date.now();
    const changed = changedRows(known.current, [...running, ...waiting, ...ended]);
    if (Date.now() - openedAt.current < QUIET_MS || window.location.pathname === "/") return;
    for (const { text, path, className, duration } of notices(changed, words)) {
      const action = { label: words.open, onClick: () => navigate(path) };
      toast(<span dir="auto">{text}</span>, { className, duration, action });
    }
  }, [running, waiting, ended]);
  return (
    <Toaster
      position="top-center"
      visibleToasts={SHOWN_MAX}
      closeButton={false}
      containerAriaLabel={words.label}
      toastOptions={{ unstyled: false }}
    />
  );
};
