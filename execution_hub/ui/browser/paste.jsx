// Cases from elsewhere: what is pasted onto the page beside every field, and the text of a file that is dropped there or
// chosen, which only the browser can read.
import { useEffect } from "react";

// Of a name its end matters, which says what the file is.
const NAME_MAX = 100;
const isTyping = (target) => target?.isContentEditable || target?.matches?.("input, textarea, select");

// A NUL alone no message may hold.
const hand = (text, limit, tooLong, onText, ...more) => {
  if (text.length > limit) window.alert(tooLong);
  else if (text.trim()) onText(text.replaceAll("\0", "\ufffd"), ...more);
};

const handFile = async (file, limit, tooLong, onFile) => {
  // A character has at most four bytes: what is beyond is too long, however it is written.
  const text = await file.slice(0, limit * 4 + 4).text();
  hand(text, limit, tooLong, onFile, file.name.slice(-NAME_MAX).replaceAll("\0", ""));
};

export const PastedText = ({ limit, tooLong, onText, onFile }) => {
  useEffect(() => {
    const take = (event) => {
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!text.trim()) return;
      event.preventDefault();
      hand(text, limit, tooLong, onText);
    };
    // Else the browser leaves the page for the file.
    const over = (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    const drop = (event) => {
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return;
      event.preventDefault();
      handFile(file, limit, tooLong, onFile);
    };
    const heard = { paste: take, dragover: over, drop };
    for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear);
    return () => {
      for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear);
    };
  }, [limit, tooLong]);
  return null;
};

export const TextOfFile = ({ limit, tooLong, onFile, kinds, className, testId, children }) => {
  const onChange = async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    await handFile(file, limit, tooLong, onFile);
    target.value = "";
  };
  return (
    <label className={className}>
      {children}
      <input type="file" accept={kinds} className="sr" data-testid={testId} onChange={onChange} />
    </label>
  );
};
