// Waits until something is on the page, some seconds at most. Pure: what looks for it is given.

export const whenThere = (find, then, { everyMs = 50, forMs = 5000 } = {}) => {
  const end = Date.now() + forMs;
  let timer = 0;
  const look = () => {
    const found = find();
    if (found) then(found);
    else if (Date.now() < end) timer = setTimeout(look, everyMs);
  };
  look();
  return () => clearTimeout(timer);
};
