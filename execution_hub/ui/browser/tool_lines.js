// The tools an agent is given, a line each ("server/tool: approval"), as its form sends them. Pure.

const lines = (text) => text.split(/\r?\n|\r/).filter((line) => line.trim());

const parted = (line) => {
  const place = line.lastIndexOf(": ");
  return place < 0 ? [line, "ask"] : [line.slice(0, place), line.slice(place + 2).trim()];
};

export const read = (text) => new Map(lines(text).map(parted));

// The text with another choice for one tool; empty takes it away. What is new comes last: the others keep their order.
export const choose = (text, tool, approval) => {
  const found = read(text);
  if (approval) found.set(tool, approval);
  else found.delete(tool);
  return [...found].map(([name, chosen]) => `${name}: ${chosen}`).join("\n");
};

// How many tools are given, how many ask first, and which: one that is "never" used is not.
export const given = (text) => {
  const found = [...read(text)].filter(([, approval]) => approval !== "never");
  const asking = found.filter(([, approval]) => approval === "ask");
  return { n: found.length, asks: asking.length, tools: found.map(([name]) => name) };
};
