// Copies a text: the clipboard is the browser's.
import { useState } from "react";

// Over plain HTTP there is no clipboard to ask for. The old command copies what is selected, within the press of the
// button alone: so the text must be in the page already. Its own answer is true even when nothing was copied; that
// the text was taken, only its event knows.
const copyByHand = (text) => {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  let isTaken = false;
  const take = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    isTaken = true;
  };
  area.className = "sr";
  area.value = text;
  // What is outside an open dialog cannot be selected.
  (before?.closest("dialog[open]") ?? document.body).append(area);
  window.addEventListener("copy", take, true);
  try {
    area.select();
    return document.execCommand("copy") && isTaken;
  } catch {
    return false;
  } finally {
    window.removeEventListener("copy", take, true);
    area.remove();
    before?.focus({ preventScroll: true });
  }
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
};

export const Copy = ({ parts, words, className, testId, children }) => {
  const [state, setState] = useState("action");
  const text = () => parts.flat(2).join("");
  const isFailed = state === "failed";
  return (
    <>
      <button
        type="button"
        className={className}
        title={isFailed ? words.failed_hint : undefined}
        data-testid={testId}
        data-state={state}
        onClick={async () => setState((await copy(text())) ? "done" : "failed")}
        onBlur={() => setState("action")}
      >
        {children}
        <span>{words[state]}</span>
      </button>
      <span className="sr" role="status">
        {isFailed ? words.failed_hint : state === "done" ? words.done : ""}
      </span>
    </>
  );
};
