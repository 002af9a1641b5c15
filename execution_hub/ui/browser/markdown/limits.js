// How large a text may be before it is cut, in characters. Pure.

// Up to `whole`, a text stays one piece, and what refers within it works by itself. From `soft` on a piece ends where
// Markdown ends a block, from `hard` on between items, lines or rows, and one larger than `most` is not parsed at all.
// More levels than `deep` nobody writes by intent.
export const LIMITS = { whole: 8000, soft: 3000, hard: 4500, most: 10000, deep: 100 };
