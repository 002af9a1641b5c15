// Puts all that moves without end in step, so that one picture shows the change of all: animations of the page.
import { useEffect } from "react";

const onStart = ({ target, animationName }) => {
  for (const animation of target.getAnimations({ subtree: true })) {
    const isEndless = animation.effect.getTiming().iterations === Number.POSITIVE_INFINITY;
    if (animation.animationName === animationName && isEndless && animation.startTime !== 0) animation.startTime = 0;
  }
};

export const OneBeat = () => {
  useEffect(() => {
    document.addEventListener("animationstart", onStart);
    return () => document.removeEventListener("animationstart", onStart);
  }, []);
  return null;
};
