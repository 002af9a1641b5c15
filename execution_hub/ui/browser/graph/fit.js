// How large the frame has to be for the whole graph, and how the graph fits into it. Pure.

const PAD = { top: 22, right: 22, bottom: 44, left: 22 };
export const ZOOM = { min: 0.08, max: 1.6 };

export const frameHeight = ({ width, height }, frameWidth, isNarrow, screenHeight) => {
  const room = Math.max(1, frameWidth - PAD.left - PAD.right);
  const zoom = Math.min(1, room / Math.max(1, width));
  const wanted = height * zoom + PAD.top + PAD.bottom;
  // Down a narrow screen the page scrolls along; beside other things it stays in sight.
  const most = isNarrow ? 1600 : Math.max(300, Math.min(560, screenHeight * 0.6));
  return Math.round(Math.max(130, Math.min(most, wanted)));
};

export const fitted = ({ width, height }, frame) => {
  const room = {
    width: Math.max(1, frame.width - PAD.left - PAD.right),
    height: Math.max(1, frame.height - PAD.top - PAD.bottom),
  };
  const fitting = Math.min(1, room.width / Math.max(1, width), room.height / Math.max(1, height));
  const zoom = Math.max(ZOOM.min, fitting);
  return {
    zoom,
    x: PAD.left + (room.width - width * zoom) / 2,
    y: PAD.top + (room.height - height * zoom) / 2,
  };
};

// Where the hint of a step stands within the frame: over or under it, and never beside the frame.
export const tipPlace = (frame, step) => {
  const half = Math.min(130, frame.width / 2);
  const centre = step.left + step.width / 2 - frame.left;
  const left = Math.max(half, Math.min(frame.width - half, centre));
  const isLow = step.top + step.height / 2 > frame.top + frame.height / 2;
  return isLow
    ? { left, bottom: Math.max(0, frame.bottom - step.top + 8) }
    : { left, top: Math.max(0, step.bottom - frame.top + 8) };
};
