// How many lines of a text say something: as many cases as the hub makes of them. Pure.

export const filledLines = (text) => text.split("\n").filter((line) => line.trim() !== "").length;
