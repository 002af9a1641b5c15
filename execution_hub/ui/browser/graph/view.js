// The part of the graph that is in view: sizes and motion that only the browser can measure.
import { useLayoutEffect, useRef, useState } from "react";
import { fitted } from "./fit.js";
import { STEP_SIZE } from "./layout.js";

export const motionMs = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220);

// Brings a step into view, if it is not whole in it.
export const reveal = (frame, flow, place, element) => {
  const [around, box] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
  const isAcross = box.left >= around.left && box.right <= around.right;
  if (isAcross && box.top >= around.top && box.bottom <= around.bottom) return;
  const centre = [place.x + STEP_SIZE.width / 2, place.y + STEP_SIZE.height / 2];
  flow?.setCenter(...centre, { zoom: flow.getZoom(), duration: motionMs() });
};

export const useWidth = (frame) => {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(frame.current.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(frame.current);
    measure();
    return () => watch.disconnect();
  }, [frame]);
  return width;
};

// Keeps the whole graph in its frame until a person moves it, and again whenever its shape changes.
export const useFit = (frame, layout, shape, width, height) => {
  const [flow, isMoved, shown] = [useRef(null), useRef(false), useRef(shape)];
  const [isFree, setFree] = useState(false);
  // The page may have been left in the meantime: then there is nothing to fit.
  const whole = () => {
    const view = frame.current?.querySelector(".react-flow");
    return view && fitted(layout, { width: view.clientWidth, height: view.clientHeight });
  };
  const fit = (duration) => {
    isMoved.current = false;
    const viewport = whole();
    if (viewport) flow.current?.setViewport(viewport, { duration });
  };
  useLayoutEffect(() => {
    const isOther = shown.current !== shape;
    shown.current = shape;
    if (isOther || !isMoved.current) fit(isOther ? motionMs() : 0);
  }, [shape, width, height]);
  const props = {
    onInit: (instance) => {
      flow.current = instance;
      fit(0);
    },
    onMoveStart: (event) => {
      if (event) isMoved.current = true;
    },
    onMove: (_event, { zoom }) => {
      if (!frame.current) return;
      frame.current.dataset.far = String(zoom < 0.55);
      setFree(zoom > (whole()?.zoom ?? zoom) * 1.03);
    },
  };
  const zoomBy = (method) => {
    isMoved.current = true;
    flow.current?.[method]({ duration: motionMs() });
  };
  return { flow, isFree, fit, zoomBy, props };
};
