// What only the browser knows of a form: whether somebody has typed into it, and when they come back to it.
import { useEffect, useRef } from "react";
import { edits } from "./edited.js";
import { keepTyped, putBack, takeTyped, typed } from "./kept_edits.js";

// While somebody types, what was typed is told this late; before anything is pressed or sent, at once.
const PAUSE_MS = 400;
const BEFORE = ["click", "submit", "focusout"];

// What the server believes comes as a prop, so that a lost word is said again. Fields may stand outside the form.
export const Edits = ({ isDirty, onDirty, onEdits }) => {
  const mark = useRef(null);
  const known = useRef(isDirty);
  const told = useRef("{}");
  known.current = isDirty;
  const look = useRef(null);
  useEffect(() => {
    const form = mark.current.closest("form");
    const path = window.location.pathname;
    // In one piece with the form's going: by then its fields are out of it.
    let last = [];
    let timer = 0;
    const tell = () => {
      clearTimeout(timer);
      timer = 0;
      const found = edits(form.elements);
      const text = JSON.stringify(found);
      if (text === told.current) return;
      told.current = text;
      onEdits?.(found);
    };
    look.current = () => {
      last = typed(form.elements);
      const found = last.length > 0;
      if (found !== known.current) {
        known.current = found;
        // With it, the server drops what it was told.
        if (!found) told.current = "{}";
        onDirty(found);
      }
      if (onEdits && !timer) timer = setTimeout(tell, PAUSE_MS);
    };
    const onInput = ({ target }) => target.form === form && look.current();
    const before = () => timer && tell();
    putBack(form.elements, takeTyped(path));
    look.current();
    document.addEventListener("input", onInput);
    for (const name of BEFORE) document.addEventListener(name, before, true);
    return () => {
      clearTimeout(timer);
      // Who goes to another page was asked.
      if (last.length > 0 && window.location.pathname === path) keepTyped(path, last);
      document.removeEventListener("input", onInput);
      for (const name of BEFORE) document.removeEventListener(name, before, true);
    };
  }, []);
  // Saved, or said by the server to be otherwise: the fields began anew, or hold what they held.
  useEffect(() => look.current?.(), [isDirty]);
  return <span ref={mark} hidden={true} />;
};

export const Returns = ({ onReturn }) => {
  useEffect(() => {
    const back = () => document.visibilityState === "visible" && onReturn();
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      window.removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, []);
  return null;
};
