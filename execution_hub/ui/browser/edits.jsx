// What only the browser knows of a form: whether somebody has typed into it, and when they come back to it.
import { useEffect, useRef } from "react";
import { isEdited } from "./edited.js";

// What the server believes comes as a prop, so that a lost word is said again.
export const Edits = ({ isDirty, onDirty }) => {
  const mark = useRef(null);
  const known = useRef(isDirty);
  known.current = isDirty;
  useEffect(() => {
    const form = mark.current.closest("form");
    const look = () => {
      const found = [...form.elements].some((field) => field.name && isEdited(field));
      if (found === known.current) return;
      known.current = found;
      onDirty(found);
    };
    look();
    form.addEventListener("input", look);
    return () => form.removeEventListener("input", look);
  }, []);
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
