"""The steps that a template names, as text: to write and to rename them, good template or not. Pure."""

import re
from collections.abc import Iterator

# What stands between the braces of a template; in it, texts in quotes and the steps it names.
_CLOSING = {"{{": "}}", "{%": "%}"}
_NAMED = re.compile(
    r"""(?<![\w.])(?P<steps>steps\s*)(?:(?P<dot>\.\s*)(?P<word>\w+)|\[\s*(?P<quote>["'])(?P<item>\w+)(?P=quote)\s*\])"""
    r"""|"[^"]*"|'[^']*'"""
)


def output_of(name: str) -> str:
    """Return the template that takes the output of a step."""
    return f"{{{{ steps.{name}.output }}}}"


def rename_in_template(source: str, old: str, new: str) -> str:
    """Return a template that takes the output of a step by its new name; its text is left alone.

    >>> rename_in_template("steps.a.output: {{ steps.a.output }} {{ 'steps.a.output' }}", "a", "b")
    "steps.a.output: {{ steps.b.output }} {{ 'steps.a.output' }}"
    """

    def write(found: re.Match[str]) -> str:
        if (found["word"] or found["item"]) != old:
            return found[0]
        start = found[0][: found.start("word" if found["word"] else "item") - found.start()]
        end = found[0][found.end("word" if found["word"] else "item") - found.start() :]
        return f"{start}{new}{end}"

    pieces, done = [], 0
    for start, end in _in_braces(source):
        pieces += [source[done:start], _NAMED.sub(write, source[start:end])]
        done = end
    return "".join((*pieces, source[done:]))


def _in_braces(source: str) -> Iterator[tuple[int, int]]:
    """Yield where the names of a template may stand; takes time linear in its text, also where none is closed."""
    closing, at = dict(_CLOSING), 0
    while closing:
        found = re.compile("|".join(map(re.escape, closing))).search(source, at)
        if found is None:
            return
        end = source.find(closing[found[0]], found.end())
        if end < 0:
            # Nor is any later one.
            del closing[found[0]]
        else:
            at = end + len(_CLOSING[found[0]])
            yield found.start(), at
