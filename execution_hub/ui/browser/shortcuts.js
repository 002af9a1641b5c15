// The keys that are pressed anywhere on the page, and the focus they move: events of the browser's window.
import { useEffect } from "react";

const isTyping = (target) =>
  target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

const move = (step) => {
  const rows = [...document.querySelectorAll(".rows a.row")];
  const at = rows.indexOf(document.activeElement.closest(".line")?.querySelector("a.row"));
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
};

const ACTIONS = {
  Escape: () => document.querySelector('[data-act="clear"]')?.click(),
  "/": () => document.querySelector('[data-testid="search"]')?.focus(),
  "?": () => document.getElementById("shortcuts-help")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
};
// What is done to the row that has the focus: its own controls are pressed, so that they decide.
const TOOLS = { x: ".pick input", c: '[data-act="stop"]', r: '[data-act="again"]' };

const actionOf = ({ key, target, repeat }) => {
  const line = target.closest?.(".line");
  const tool = line && TOOLS[key] && line.querySelector(TOOLS[key]);
  return tool && !repeat ? () => tool.click() : ACTIONS[key];
};

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const action = actionOf(event);
  if (!action) return;
  event.preventDefault();
  action();
};

export const Shortcuts = () => {
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return null;
};
