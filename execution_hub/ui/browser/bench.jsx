// What only the browser can do for a bench: a key that saves, and a button that sends a form to another handler than its own.
import { useEffect } from "react";

const isSave = (event) => event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey;

// The page's own button is pressed, so that it decides. The browser would save the page as a file.
export const SaveKey = () => {
  useEffect(() => {
    const onKey = (event) => {
      if (!isSave(event) || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!event.repeat && !document.querySelector("dialog[open]"))
        document.querySelector('[data-act="save"]')?.click();
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
