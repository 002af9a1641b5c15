"""The catalogues: what the texts of the pages are called in other languages than English.

English is what the sources say: short, sentence case, no exclamation marks, `{name}` for what is filled in.
What is counted has a singular and a plural there, and in each language as many forms as its `Plural-Forms` tell.
Every other language is a file, `locales/LANGUAGE/LC_MESSAGES/hub.po` (gettext), and is offered because that
is there. The files are read as they are: nothing is compiled, so nothing made from them can be out of date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

# What the sources are written in, and what is shown to whoever reads none of the others.
SOURCE = "en"
LOCALES = Path(__file__).with_name("locales")

Context = str | None
# Which form of a counted text fits a number `n`: what gettext's files tell, an expression of C and of JavaScript.
ENGLISH_RULE = "(n != 1)"
_place_of = cache(c2py)


@dataclass(frozen=True, slots=True)
class Counted:
    """A text of something counted, in one language.

    Attributes:
        forms: Its forms, in the order of the language's rule.
        rule: The place of the form for a number `n`, as an expression.
    """

    forms: tuple[str, ...]
    rule: str

    def form(self, n: int) -> str:
        """Return the form for a number.

        >>> Counted(("{n} call", "{n} calls"), ENGLISH_RULE).form(1)
        '{n} call'
        """
        return self.forms[int(_place_of(self.rule)(n))]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language.

    Attributes:
        tag: What browsers call the language: `zh-CN`.
        texts: The translations, by context and English text.
        counted: The translations of what is counted, by the English singular.
        rule: Which form of these fits a number.
    """

    tag: str
    texts: Mapping[tuple[Context, str], str]
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rule: str = ENGLISH_RULE

    @property
    def locale(self) -> Locale:
        """What Babel knows of the language, such as its name."""
        return Locale.parse(self.tag, sep="-")

    def translate(self, text: str, context: Context = None) -> str:
        """Return a text in this language, or as it is where the catalogue lacks it.

        Args:
            text: In English.
            context: Which of two meanings the text has; None for most.
        """
        return self.texts.get((context, text), text)

    def count(self, singular: str, plural: str) -> Counted:
        """Return the forms of a counted text in this language, or the English ones where the catalogue lacks it.

        Args:
            singular: For one, in English.
            plural: For none and for several.
        """
        forms = self.counted.get(singular)
        return Counted(forms, self.rule) if forms else Counted((singular, plural), ENGLISH_RULE)


def read_catalogues(folder: Path) -> dict[str, Catalogue]:
    """Read the catalogues of a folder; English is always there, and the first.

    Args:
        folder: Holds `LANGUAGE/LC_MESSAGES/hub.po`.

    Returns:
        By language, such as `zh` or `pt-BR`.

    Raises:
        babel.messages.pofile.PoFileError: A file cannot be read.
    """
    found = {SOURCE: Catalogue(SOURCE, {})}
    for path in sorted(folder.glob("*/LC_MESSAGES/hub.po")):
        found[path.parents[1].name.replace("_", "-")] = _read(path)
    return found


def _read(path: Path) -> Catalogue:
    with path.open("rb") as file:
        messages = read_po(file, abort_invalid=True)
    known = [each for each in messages if each.id and not each.fuzzy]
    texts = {(each.context, str(each.id)): str(each.string) for each in known if not each.pluralizable and each.string}
    forms = {each.id[0]: tuple(each.string or ()) for each in known if each.pluralizable}
    counted = {singular: each for singular, each in forms.items() if each and all(each)}
    return Catalogue(str(messages.locale_identifier).replace("_", "-"), texts, counted, messages.plural_expr)


# By what `LocaleState.language` holds.
CATALOGUES = read_catalogues(LOCALES)


def language_name(language: str, reader: str) -> str:
    """Return what a language is called by those who read another, or the same.

    >>> language_name("zh", "en"), language_name("zh", "zh")
    ('Chinese', '中文')
    """
    return str(CATALOGUES[reader].locale.languages[CATALOGUES[language].locale.language])
