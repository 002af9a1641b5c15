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
  let takenAt = Number.NEGATIVE_INFINITY;
  return {
    // Returns what of a change is to be taken at once; the rest is taken with the next frame, by `dispatch`.
    take: (delta, dispatch) => {
      const shared = Object.keys(delta ?? {}).filter((name) => isShared(delta[name]));
      if (!shared.length) return delta;
      if (!isHolding && performance.now() - takenAt >= FRAME_MS) {
        takenAt = performance.now();
        return delta;
      }
      const rest = { ...delta };
      for (const name of shared) {
        held[name] = { ...held[name], ...delta[name] };
        delete rest[name];
      }
      if (!isHolding) {
        isHolding = true;
        onceDrawn(() => {
          const due = held;
          held = {};
          isHolding = false;
          takenAt = performance.now();
          for (const name in due) dispatch[name]?.(due[name]);
        });
      }
      return rest;
    },
    // Of a connection that is over.
    forget: () => {
      held = {};
    },
  };
};
