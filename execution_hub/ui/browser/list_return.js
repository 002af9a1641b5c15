// Where somebody left a list, and that they are there again when they come back: what the browser keeps for a tab
// (storage), the focus, and how far the page is scrolled.
import { useEffect } from "react";

const KEY = "hub-left-list";
const WAIT_MS = 10000;
// Who does one of these is somewhere else already.
const ACTS = ["pointerdown", "wheel", "touchstart", "keydown"];

const address = () => window.location.pathname + window.location.search;

const leave = (event) => {
  const row = event.target.closest?.(".rows a.row");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const left = { address: address(), id: row.dataset.executionId, top: row.getBoundingClientRect().top };
  sessionStorage.setItem(KEY, JSON.stringify(left));
};

const taken = () => {
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (left?.address !== address()) return null;
  sessionStorage.removeItem(KEY);
  return left;
};

const show = (row, top) => {
  row.focus({ preventScroll: true });
  window.scrollBy({ top: row.getBoundingClientRect().top - top, behavior: "instant" });
};

// Waits for the row one came from, and goes there; returns what ends that.
const goBack = ({ id, top }) => {
  const find = () => document.querySelector(`.rows a.row[data-execution-id="${Number(id)}"]`);
  const look = () => {
    const row = find();
    if (!row) return;
    end();
    show(row, top);
    // Rows that were never near have no height of their own before.
    requestAnimationFrame(() => row.isConnected && show(row, top));
  };
  const observer = new MutationObserver(look);
  const end = () => {
    observer.disconnect();
    clearTimeout(timer);
    for (const name of ACTS) window.removeEventListener(name, end);
  };
  const timer = setTimeout(end, WAIT_MS);
  for (const name of ACTS) window.addEventListener(name, end, { passive: true });
  observer.observe(document.body, { subtree: true, childList: true });
  look();
  return end;
};

export const ListReturn = () => {
  useEffect(() => {
    document.addEventListener("click", leave, true);
    const left = taken();
    const end = left ? goBack(left) : null;
    return () => {
      document.removeEventListener("click", leave, true);
      end?.();
    };
  }, []);
  return null;
};
