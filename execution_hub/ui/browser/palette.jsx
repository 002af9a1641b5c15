// The palette: what can be opened or done, found while it is typed. What every page knows is there at once; the rest is
// asked of the server a moment after the last key.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { fill } from "./fill.js";
import { arranged, entriesOf, searchEntry } from "./finds.js";
import { Icon } from "./icon.jsx";
import { useShown } from "./shown.js";
import { keepTrail } from "./trail.jsx";
import { whenThere } from "./when_there.js";

const ASK_MS = 120;
const TYPED_MAX = 200;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const SEARCH = "search";

const Option = ({ entry, isActive, icons, onPoint, onChoose }) => (
  <button
    type="button"
    role="option"
    id={`palette-${entry.key}`}
    aria-selected={isActive}
    tabIndex={-1}
    className={entry.group === "executions" ? `palette-option s-${entry.icon}` : "palette-option"}
    onPointerMove={onPoint}
    onMouseDown={(event) => event.preventDefault()}
    onClick={onChoose}
  >
    <Icon icons={icons} name={entry.icon} />
    <span dir="auto">{entry.label}</span>
    {entry.hint && <small dir="auto">{entry.hint}</small>}
  </button>
);

// Opened anew each time, so it begins with nothing typed.
const Opened = ({ entries, found, foundFor, words, icons, onSearch, onAct, onClose }) => {
  const dialog = useRef(null);
  const field = useRef(null);
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [wished, setWished] = useState("");
  useLayoutEffect(() => {
    dialog.current.showModal();
    field.current.focus();
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => onSearch(typed), typed ? ASK_MS : 0);
    return () => clearTimeout(timer);
  }, [typed]);
  const fitting = arranged([...entriesOf(found, words), ...entries], typed);
  const isNothing = fitting.length === 0 && foundFor === typed.trim();
  const last = { name: "search", entries: [searchEntry(typed, words)] };
  const groups = typed.trim() ? [...fitting, last] : fitting;
  const shown = groups.flatMap((group) => group.entries);
  const active = shown.find((entry) => entry.key === wished) ?? shown[0];
  useEffect(() => {
    if (active) document.getElementById(`palette-${active.key}`)?.scrollIntoView({ block: "nearest" });
  }, [active?.key]);

  const choose = (entry, isElsewhere) => {
    dialog.current.close();
    // Not only by the dialog's own event: a busy browser tells that after the next keys, and closed what they opened.
    onClose();
    if (entry.act) return onAct(entry);
    if (isElsewhere) return window.open(entry.path, "_blank", "noopener");
    if (entry.is_outside) return window.location.assign(entry.path);
    if (entry.group === "executions") {
      keepTrail(shown.filter((each) => each.group === "executions").map((each) => each.path));
    }
    if (entry.path !== window.location.pathname + window.location.search) {
      return navigate(entry.path, { state: { focus: entry.focus } });
    }
    if (entry.focus) {
      whenThere(
        () => document.querySelector(entry.focus),
        (wanted) => wanted.focus(),
      );
    }
  };
  const step = (by) => {
    const at = shown.indexOf(active) + by;
    setWished(shown[(at + shown.length) % shown.length]?.key ?? "");
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    const isHeld = event.ctrlKey || event.metaKey;
    if (STEPS[event.key]) step(STEPS[event.key]);
    else if (event.key === "Enter") active && choose(active, isHeld);
    else if (event.key === "k" && isHeld) dialog.current.close();
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label={words.label}
      data-testid="palette"
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="palette-field">
        <Icon icons={icons} name={SEARCH} />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-expanded={true}
          aria-controls="palette-list"
          aria-activedescendant={active && `palette-${active.key}`}
          aria-autocomplete="list"
          aria-label={words.label}
          placeholder={words.placeholder}
          autoComplete="off"
          spellCheck={false}
          maxLength={TYPED_MAX}
          dir="auto"
          data-testid="palette-input"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setWished("");
          }}
          onKeyDown={onKeyDown}
        />
        <button type="button" className="btn quiet small" onClick={() => dialog.current.close()}>
          {words.close}
        </button>
      </div>
      <div id="palette-list" className="palette-list" role="listbox" aria-label={words.found}>
        {groups.map((group) => (
          <fieldset key={group.name} aria-label={words.groups[group.name]}>
            <div className="palette-group" aria-hidden={true}>
              {words.groups[group.name]}
            </div>
            {group.entries.map((entry) => (
              <Option
                key={entry.key}
                entry={entry}
                isActive={entry === active}
                icons={icons}
                onPoint={() => setWished(entry.key)}
                onChoose={(event) => choose(entry, event.ctrlKey || event.metaKey)}
              />
            ))}
          </fieldset>
        ))}
      </div>
      <p className={isNothing ? "palette-told" : "sr"} role="status">
        {isNothing ? words.nothing : typed && fill(words.count, { n: shown.length - 1 })}
      </p>
      <p className="palette-foot" aria-hidden={true}>
        <kbd>↑</kbd> <kbd>↓</kbd> {words.choose} <kbd>Enter</kbd> {words.open} <kbd>Esc</kbd> {words.close}
      </p>
    </dialog>
  );
};

export const Palette = ({ entries, found, foundFor, words, icons, onSearch, onPause, onLanguage, onTheme }) => {
  const [shown, close] = useShown("hub:palette");
  const onAct = ({ act, value }) => {
    const acts = {
      pause: () => onPause(value === "pause"),
      language: () => onLanguage(value),
      theme: onTheme,
      help: () => window.dispatchEvent(new Event("hub:help")),
    };
    acts[act]?.();
  };
  if (!shown) return null;
  return (
    <Opened
      key={shown}
      entries={entries}
      found={found}
      foundFor={foundFor}
      words={words}
      icons={icons}
      onSearch={onSearch}
      onAct={onAct}
      onClose={close}
    />
  );
};
