// What only the browser can do for the editor: text where the caret is, a file, a question before leaving.
import { useEffect, useRef } from "react";
import { useBlocker, useLocation } from "react-router";

// The browser's own command keeps what was typed undoable; a press on the chip leaves the caret in the field.
const insert = (target, text) => {
  const field = document.getElementById(target);
  if (!field) return;
  const isNew = document.activeElement !== field && field.selectionStart === 0 && field.selectionEnd === 0;
  field.focus();
  if (isNew) field.setSelectionRange(field.value.length, field.value.length);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

export const Insert = ({ target, text, title, className, children }) => (
  <button
    type="button"
    className={className}
    title={title}
    onMouseDown={(event) => event.preventDefault()}
    onClick={() => insert(target, text)}
  >
    {children}
  </button>
);

export const FileText = ({ target, limit, className, testId, children }) => {
  const onChange = async (event) => {
    const picker = event.target;
    const [file] = picker.files;
    const field = document.getElementById(target);
    if (!file || !field) return;
    // What is no text is sent too, and told to be no JSON: a NUL alone no message may hold.
    field.value = (await file.slice(0, limit * 4).text()).slice(0, limit).replaceAll("\0", "\ufffd");
    picker.value = "";
    field.form?.requestSubmit();
  };
  return (
    <label className={className}>
      {children}
      <input type="file" accept=".json,application/json" className="sr" data-testid={testId} onChange={onChange} />
    </label>
  );
};

export const LeaveGuard = ({ isDirty, question, onLeave }) => {
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
  // Who has said yes is not asked again, if they turn round before this page has gone.
  const isLeaving = useRef(false);
  // Once the address is another one this page has been left, though it is drawn until the next one is ready.
  const { pathname } = useLocation();
  useEffect(() => {
    if (!isDirty) isLeaving.current = false;
  }, [isDirty]);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isDirty && !isLeaving.current && currentLocation.pathname === pathname && nextLocation.pathname !== pathname,
  );
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    if (window.confirm(question)) {
      isLeaving.current = true;
      onLeave();
      blocker.proceed();
    } else blocker.reset();
  }, [blocker.state]);
  return null;
};

// Each wish has a number of its own, so that the same field can be wished for twice.
export const FocusField = ({ wish }) => {
  useEffect(() => {
    const field = document.getElementById(wish.split("#")[0]);
    if (!field) return;
    // What is in sight stays where the person sees it.
    const { top, bottom } = field.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }, [wish]);
  return null;
};

// What was read before it was what it is now is read again, also if it was on its way then.
export const WhenOld = ({ value, known, onOther }) => {
  useEffect(() => {
    if (known !== value) onOther();
  }, [value, known]);
  return null;
};

export const WhenChanged = ({ value, onOther }) => {
  const last = useRef(value);
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    onOther();
  }, [value]);
  return null;
};
