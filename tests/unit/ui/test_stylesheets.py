"""The style sheets: what a selector costs a browser that has a page open which changes all the time."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
SHEETS = sorted(ASSETS.glob("*.css"))
# What a browser keeps an index of: a class, an id, an attribute.
NAMED = re.compile(r"[.#\[]")


def selectors(text: str) -> Iterator[str]:
    """Yield the selectors of a style sheet, each of a list by itself, without what makes rules conditional."""
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for found in re.findall(r"([^{};]+)\{", without_comments):
        if not found.strip().startswith("@"):
            yield from (each.strip() for each in split(found, ","))


def split(text: str, at: str) -> list[str]:
    """Split at characters that are in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in at:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def faults(selector: str) -> Iterator[str]:
    """Yield why a change anywhere on a page makes a browser look at much more than what it changes."""
    if re.search(r":has\([^()]*nth-", selector):
        yield "what `:has` counts is counted at every change: count on the elements themselves"
    if ":has(" in selector and split(selector, " ")[-1] == "*":
        yield "`:has` decides of everything below: name a class"
    for combinator in "+~":
        for left in split(selector, combinator)[:-1]:
            if not NAMED.search(split(left.strip(), " >")[-1]):
                yield f"`{left}{combinator}` is asked of all that comes or goes: name a class, or :not(:first-child)"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_change_on_a_page_costs_the_style_of_what_changes(sheet: Path) -> None:
    """Else each of a hundred changes a second styles the whole page anew, in the thread that shows them."""
    found = {each: list(faults(each)) for each in selectors(sheet.read_text())}
    assert {each: why for each, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "selector",
    [
        ".stack:has(> .card .graph):not(:has(.react-flow)) > .card:has(.graph) ~ *",
        ".rows:has(> :nth-child(6 of .is-running)) .row",
        ".pick input:checked + span .i",
        "b + b::before",
        ".list > div ~ .row",
    ],
)
def test_what_was_measured_to_style_the_whole_page_is_found(selector: str) -> None:
    """Each of these once did, or is of their kind."""
    assert list(faults(selector))
