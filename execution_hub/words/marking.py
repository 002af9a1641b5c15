"""The mark of texts that stand in tables. Apart from the catalogues, so that whoever has a table loads none."""

from typing import Any, Self


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it everywhere
    """Mark a text for the catalogues where it stands; `say` or `t` translates it where it is shown."""
    return text


class Phrase(str):
    """Words in English that can be said in other languages later: `say_phrase` does.

    Attributes:
        template: They, with placeholders.
        values: What fills the placeholders; one that is a Phrase is said in the language, too.

    >>> Phrase("Line {n} is empty.", n=2)
    'Line 2 is empty.'
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        """Fill a text, which is marked for the catalogues here."""
        found = super().__new__(cls, template.format(**values))
        found.template, found.values = template, values
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Come through a pipe with what it was made of."""
        return _made, (self.template, self.values)


def _made(template: str, values: dict[str, Any]) -> Phrase:
    return Phrase(template, **values)
