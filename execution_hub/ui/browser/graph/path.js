// The line between two steps: smooth between its stops, straight along each of them. Pure.

// From the side of the first stop to the side of the last; `along` is the way the work flows, `across` the other one.
export const path = ([first, ...stops], isNarrow) => {
  const turn = ({ x, y }) => (isNarrow ? [y, x] : [x, y]);
  const round = (n) => Math.round(n * 10) / 10;
  const write = (along, across) => (isNarrow ? [across, along] : [along, across]).map(round).join(",");
  const sign = turn(stops[stops.length - 1])[0] < turn(first)[0] ? -1 : 1;
  let [along, across] = turn(first);
  along += first.half * sign;
  let drawn = `M${write(along, across)}`;
  stops.forEach((stop, place) => {
    const [centre, toAcross] = turn(stop);
    const toAlong = centre - stop.half * sign;
    const middle = (along + toAlong) / 2;
    drawn += `C${write(middle, across)} ${write(middle, toAcross)} ${write(toAlong, toAcross)}`;
    [along, across] = [centre + stop.half * sign, toAcross];
    if (place < stops.length - 1) drawn += `L${write(along, across)}`;
  });
  return drawn;
};
