// Rows from elsewhere: what is pasted onto the page beside every field, and the text of a file, which only the browser
// can read.
import { useEffect } from "react";

const isTyping = (target) => target?.isContentEditable || target?.matches?.("input, textarea, select");

// A NUL alone no message may hold.
const hand = (text, limit, tooLong, onText) => {
  if (text.length > limit) window.alert(tooLong);
  else if (text.trim()) onText(text.replaceAll("\0", "\ufffd"));
};

export const PastedText = ({ limit, tooLong, onText }) => {
  useEffect(() => {
    const take = (event) => {
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!text.trim()) return;
      event.preventDefault();
      hand(text, limit, tooLong, onText);
    };
    document.addEventListener("paste", take);
    return () => document.removeEventListener("paste", take);
  }, [limit, tooLong]);
  return null;
};

export const TextOfFile = ({ limit, tooLong, onText, className, testId, children }) => {
  const onChange = async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    // A character has at most four bytes: what is beyond is too long, however it is written.
    const text = await file.slice(0, limit * 4 + 4).text();
    target.value = "";
    hand(text, limit, tooLong, onText);
  };
  return (
    <label className={className}>
      {children}
      <input
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        className="sr"
        data-testid={testId}
        onChange={onChange}
      />
    </label>
  );
};
