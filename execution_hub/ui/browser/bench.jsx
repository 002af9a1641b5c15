// What only the browser can do for a bench: keys that save and run all, and a button that sends a form to another handler than its own.
import { useEffect } from "react";

// The act of a key that is pressed with Ctrl or Cmd, wherever the focus is.
const actOf = ({ key, ctrlKey, metaKey, altKey, shiftKey }) => {
  if (!(ctrlKey || metaKey) || altKey) return "";
  if (key.toLowerCase() === "s" && !shiftKey) return "save";
  return key === "Enter" && shiftKey ? "run-all" : "";
};

// The page's own button is pressed, so that it decides. The browser would save the page as a file.
export const SaveKey = () => {
  useEffect(() => {
    const onKey = (event) => {
      const act = actOf(event);
      if (!act || event.isComposing) return;
      event.preventDefault();
      if (event.repeat || document.querySelector("dialog[open]")) return;
      const button = document.querySelector(`[data-act="${act}"]`);
      button?.click();
      if (act === "run-all") button?.scrollIntoView({ block: "start" });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return null;
};

export const SendForm = ({ target, onSend, className, testId, title, isDisabled, children }) => (
  <button
    type="button"
    className={className}
    title={title}
    disabled={isDisabled}
    data-testid={testId}
    onClick={() => onSend(Object.fromEntries(new FormData(document.getElementById(target))))}
  >
    {children}
  </button>
);
