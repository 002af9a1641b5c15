// The keys that are pressed anywhere on the page, what they do, and the help that says so: events of the browser's
// window, and the focus.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { actOf, caps, hands, newOpening, stepped } from "./keys.js";
import { useShown } from "./shown.js";
import { whenThere } from "./when_there.js";

const LINKS = ".rows a.row, .agent-grid a.agent-card, .tool-list .tool-open";
const LINES = ".line, .agent-grid > li, .tool-list > li";
const PICK = ".pick input";
const SWITCH = "hub-keys";
// What is pressed is a control with the act in `data-act`, or one of these.
const CONTROLS = {
  select: PICK,
  undo: '[data-testid="undo"]',
  new: '#content [data-act="new"]',
  "stop-picked": '[data-testid="pick-cancel"]',
  "delete-picked": '[data-testid="pick-delete"]',
  copy: '.output-card [data-testid="copy"]',
  approve: '#content :is([data-testid="step-approve"], [data-testid="call-approve"])',
  reject: '#content :is([data-testid="step-reject"], [data-testid="call-reject"])',
};
// An answer is given by a second key, once it is seen what is answered.
const FOCUSED = ["approve", "reject"];

const find = (selector) => document.querySelector(selector);
const isTyping = (target) =>
  target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

// The row that had the focus last, and where it stood.
const last = { link: null, place: 0 };
const links = () => [...document.querySelectorAll(LINKS)];
const line = () => document.activeElement?.closest(LINES);

const noteFocus = () => {
  const link = line()?.querySelector(LINKS);
  if (link) Object.assign(last, { link, place: links().indexOf(link) });
};

const move = (step) => {
  const all = links();
  const at = all.indexOf(line()?.querySelector(LINKS) ?? last.link);
  all[stepped(at, last.place, step, all.length)]?.focus();
  return all.length > 0;
};

const pick = () => {
  const box = line()?.querySelector(PICK);
  if (box && !box.checked) box.click();
};

const extend = (step) => {
  if (!find(PICK)) return false;
  pick();
  move(step);
  pick();
  return true;
};

const pickAll = () => {
  if (!find(PICK)) return false;
  if (!find('[data-testid="pick-all"]')) find('[data-testid="pick-mode"]')?.click();
  whenThere(
    () => find('[data-testid="pick-all"]'),
    (control) => control.click(),
  );
  return true;
};

const open = (name) => {
  window.dispatchEvent(new Event(`hub:${name}`));
  return true;
};

const search = () => {
  const field = find('[data-search="true"]');
  if (!field) return open("palette");
  field.focus();
  field.select();
  return true;
};

// What the person is in is left first: a field, the monitor, what is selected; then a monitor that stands open.
const leave = () => {
  const active = document.activeElement;
  if (isTyping(active)) {
    // A form that can be put off is: its page says where the person goes on.
    const form = active.closest("form")?.querySelector('[data-act="put-off"]');
    if (form) form.click();
    else active.blur();
    return true;
  }
  const toggle = find('[data-testid="monitor"] [aria-expanded="true"]');
  const isInside = toggle?.closest('[data-testid="monitor"]').contains(active);
  if (isInside) toggle.focus();
  const left = isInside ? toggle : (find('[data-act="clear"]') ?? toggle);
  left?.click();
  return Boolean(left);
};

const control = (act) => {
  const around = line();
  if (act in CONTROLS && act !== "select") return find(CONTROLS[act]);
  const selector = CONTROLS[act] ?? `[data-act="${act}"]`;
  if (around) return around.querySelector(selector);
  return [...document.querySelectorAll(selector)].find((each) => !each.closest(LINES));
};

// Right after a step to the next execution the page still shows the one before, whose controls are not meant.
const isMeant = (found) => {
  const owner = found.closest(".execution-actions")?.dataset.executionId;
  return !owner || window.location.pathname.split("/").includes(owner);
};

const press = (act) => {
  const found = control(act);
  if (!found || !isMeant(found)) return false;
  if (FOCUSED.includes(act)) {
    found.scrollIntoView({ block: "nearest" });
    found.focus();
  } else found.click();
  return true;
};

const ACTS = {
  palette: () => open("palette"),
  help: () => open("help"),
  next: () => move(1),
  previous: () => move(-1),
  "extend-next": () => extend(1),
  "extend-previous": () => extend(-1),
  "pick-all": pickAll,
  search,
  leave,
};
const REPEATED = ["next", "previous"];
const ALWAYS = ["palette", "help", "search", "leave"];
const isThere = (act) => {
  if (ALWAYS.includes(act)) return true;
  if (["next", "previous", "open"].includes(act)) return Boolean(find(LINKS));
  return Boolean(
    find(act.startsWith("extend") || act === "pick-all" ? PICK : (CONTROLS[act] ?? `[data-act="${act}"]`)),
  );
};

// The keys that do something on this page as it is now.
const trueOf = (groups) =>
  groups
    .map((group) => ({ ...group, keys: group.keys.filter(({ acts }) => Object.values(acts).some(isThere)) }))
    .filter((group) => group.keys.length > 0);

const isOff = () => {
  try {
    return window.localStorage.getItem(SWITCH) === "off";
  } catch {
    return false;
  }
};

const opening = newOpening();
// It is there, or the hub did not hear of it.
const OPENED = ["hub:dialog", "hub:refused"];

// A dialog that the State opens is a while on its way: what is typed until then is meant for it.
const noteOpener = ({ target }) => {
  const opener = target.closest?.('[aria-haspopup="dialog"]');
  if (opener && !opener.disabled) opening.begin(Date.now());
};

const onKey = (groups, event) => {
  hands.areOnKeys = true;
  const act = actOf(groups, event);
  const isModal = document.querySelector("dialog[open]") !== null;
  if (isModal || act === "leave") opening.end();
  if (!act || isModal || opening.isOn(Date.now()) || (event.repeat && !REPEATED.includes(act))) return;
  if (act !== "palette" && act !== "leave" && (isTyping(event.target) || isOff())) return;
  if (ACTS[act] ? ACTS[act]() : press(act)) event.preventDefault();
};

// Who was on something that has gone goes on from where it was.
const goOn = () =>
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const all = links();
    (all[stepped(-1, last.place, 1, all.length)] ?? find("#content h1"))?.focus({ preventScroll: true });
  }, 0);

const useKeys = (groups) => {
  const known = useRef(groups);
  known.current = groups;
  useEffect(() => {
    Object.assign(last, { link: null, place: 0 });
    const listener = (event) => onKey(known.current, event);
    const onPointer = () => {
      hands.areOnKeys = false;
    };
    window.addEventListener("keydown", listener);
    window.addEventListener("click", noteOpener, true);
    for (const name of OPENED) window.addEventListener(name, opening.end);
    window.addEventListener("pointerdown", onPointer, true);
    window.addEventListener("hub:gone", goOn);
    document.addEventListener("focusin", noteFocus);
    return () => {
      window.removeEventListener("keydown", listener);
      window.removeEventListener("click", noteOpener, true);
      for (const name of OPENED) window.removeEventListener(name, opening.end);
      window.removeEventListener("pointerdown", onPointer, true);
      window.removeEventListener("hub:gone", goOn);
      document.removeEventListener("focusin", noteFocus);
    };
  }, []);
};

const Caps = ({ acts }) => {
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  return Object.keys(acts).map((key) => (
    <span className="caps" key={key}>
      {caps(key, isMac).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  ));
};

export const Keyboard = ({ groups, words }) => {
  useKeys(groups);
  const dialog = useRef(null);
  const [isSilent, setSilent] = useState(false);
  const [shown, close] = useShown("hub:help", () => setSilent(isOff()));
  useLayoutEffect(() => {
    if (shown) dialog.current.showModal();
  }, [shown]);
  const onSwitch = (event) => {
    setSilent(!event.target.checked);
    try {
      window.localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
    } catch {
      // Without storage the keys stay on.
    }
  };
  if (!shown) return null;
  return (
    <dialog
      key={shown}
      ref={dialog}
      id="shortcuts-help"
      className="dialog keys-help"
      aria-labelledby="keys-title"
      onClose={close}
    >
      <h2 id="keys-title">{words.title}</h2>
      <div className="key-groups">
        {trueOf(groups).map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(({ acts, label }) => (
                <div key={label}>
                  <dt>
                    <Caps acts={acts} />
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <form method="dialog" className="keys-foot">
        <button type="submit" className="btn">
          {words.close}
        </button>
        <label>
          <input type="checkbox" checked={!isSilent} onChange={onSwitch} />
          {words.single}
        </label>
      </form>
    </dialog>
  );
};

// A button that opens the help or the palette.
export const Opener = ({ opens, children, ...rest }) => (
  <button {...rest} type="button" onClick={() => open(opens)}>
    {children}
  </button>
);
