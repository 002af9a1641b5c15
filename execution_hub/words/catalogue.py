"""The catalogues: what the texts of the pages are called in other languages than English.

English is what the sources say: short, sentence case, no exclamation marks, `{name}` for what is filled in.
Every other language is a file, `locales/LANGUAGE/LC_MESSAGES/hub.po` (gettext), and is offered because that
is there. The files are read as they are: nothing is compiled, so nothing made from them can be out of date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

# What the sources are written in, and what is shown to whoever reads none of the others.
SOURCE = "en"
LOCALES = Path(__file__).with_name("locales")

Context = str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language.

    Attributes:
        tag: What browsers call the language: `zh-CN`.
        texts: The translations, by context and English text.
    """

    tag: str
    texts: Mapping[tuple[Context, str], str]

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
    texts = {
        (message.context, str(message.id)): str(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }
    return Catalogue(str(messages.locale_identifier).replace("_", "-"), texts)


# By what `LocaleState.language` holds.
CATALOGUES = read_catalogues(LOCALES)


def language_name(language: str, reader: str) -> str:
    """Return what a language is called by those who read another, or the same.

    >>> language_name("zh", "en"), language_name("zh", "zh")
    ('Chinese', '中文')
    """
    return str(CATALOGUES[reader].locale.languages[CATALOGUES[language].locale.language])
