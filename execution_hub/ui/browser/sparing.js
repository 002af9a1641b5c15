// Packets may come faster than a page can draw them: only the browser knows when it has drawn. What comes meanwhile is
// drawn together, once a frame; else each would be drawn after all before it, and a burst would leave the page behind
// by seconds. It concerns what is the same on every page (ui/shared_vars.py): there a newer value replaces an older one.

const FRAME_MS = 16;
// Browsers draw no frames of a page that nobody sees.
const UNSEEN_MS = 100;

const isShared = (vars) => vars.version_rx_state_ !== undefined;

const onceDrawn = (work) => {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    work();
  };
  window.requestAnimationFrame(once);
  setTimeout(once, UNSEEN_MS);
};

export const newSparing = () => {
  let held = {};
  let isHolding = false;
  // When each State was last taken: what changes with another must not wait for its frame.
  const takenAt = {};
  const isLate = (name) => name in held || performance.now() - takenAt[name] < FRAME_MS;
  const takeHeld = (dispatch) => {
    const due = held;
    held = {};
    isHolding = false;
    for (const name in due) {
      takenAt[name] = performance.now();
      dispatch[name]?.(due[name]);
    }
  };
  return {
    // Returns what of a change is to be taken at once; the rest is taken with the next frame, by `dispatch`.
    take: (delta, dispatch) => {
      const shared = Object.keys(delta ?? {}).filter((name) => isShared(delta[name]));
      const late = shared.filter(isLate);
      for (const name of shared) if (!late.includes(name)) takenAt[name] = performance.now();
      if (!late.length) return delta;
      const rest = { ...delta };
      for (const name of late) {
        held[name] = { ...held[name], ...delta[name] };
        delete rest[name];
      }
      if (!isHolding) {
        isHolding = true;
        onceDrawn(() => takeHeld(dispatch));
      }
      return rest;
    },
    // Of a connection that is over.
    forget: () => {
      held = {};
    },
  };
};
