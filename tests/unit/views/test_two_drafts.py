"""What two have made of one draft: which fields differ, in words, and both joined."""

from dataclasses import dataclass

from execution_hub.views.two_drafts import changed_fields, join_named, say_fields


@dataclass(frozen=True)
class Part:
    """A part of a draft."""

    name: str
    text: str = ""


def test_what_is_new_at_both_sides_stays_and_what_either_removed_goes() -> None:
    """A part that was changed here stays, though they have removed it; the order is that of here."""
    base = [Part("a"), Part("b"), Part("c"), Part("d")]
    mine = [Part("d"), Part("a", "mine"), Part("b"), Part("here")]
    theirs = [Part("b", "theirs"), Part("there"), Part("c", "theirs")]
    assert join_named(base, mine, theirs) == [
        Part("a", "mine"),
        Part("b", "theirs"),
        Part("here"),
        Part("there"),
    ]


def test_fields_that_are_others_are_told_by_their_labels() -> None:
    """In the order in which they are asked for."""
    assert changed_fields(Part("a", "x"), Part("b", "x"), ("text", "name")) == ["name"]
    assert say_fields("zh", {"name": "Name", "text": "Description"}, ["name", "text"]) == "名称, 描述"
