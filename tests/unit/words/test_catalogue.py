"""The catalogues: every text of the sources in every language, and nothing else; a language is a file."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from execution_hub.words.catalogue import LOCALES, SOURCE, read_catalogues
from execution_hub.words.marking import N_

PACKAGE = Path(__file__).resolve().parents[3] / "execution_hub"
ROOMS = ("ui", "views", "runners", "words")
FILES = sorted(LOCALES.glob("*/LC_MESSAGES/hub.po"))
# Which argument is the text, of whatever takes one; `make words` has the same list.
TEXT_AT = {"t": 0, "t_around": 0, "N_": 0, "say": 1, "pt": 1}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def said() -> Iterator[tuple[str | None, str]]:
    """Yield every text in the sources, with its context."""
    for path in (path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in TEXT_AT:
                continue
            texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            at = TEXT_AT[node.func.id]
            if at < len(texts) and isinstance(texts[at], str):
                yield (str(texts[0]) if node.func.id == "pt" else None), str(texts[at])


def placeholders(text: str) -> set[str]:
    """Return the names in a text's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def problems(message: Message) -> Iterator[str]:
    """Yield what is wrong with a translation."""
    text, translation = str(message.id), str(message.string)
    if not translation:
        yield f"{text}: not translated"
    if message.fuzzy:
        yield f"{text}: fuzzy, look whether the translation fits and remove the mark"
    if placeholders(text) != placeholders(translation):
        yield f"{text}: other placeholders"
    if set(text + translation) & set("!！"):
        yield f"{text}: shouts"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_language_has_every_text_of_the_sources_and_nothing_else(path: Path) -> None:
    """English and the others are equal citizens. If this fails: make words, and translate what is new.

    A text that `make words` does not find stands in an f-string or a condition: write it apart, or mark it by N_.
    """
    assert {(message.context, message.id) for message in messages(path)} == set(said())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_text_is_translated_with_the_same_placeholders_and_calmly(path: Path) -> None:
    assert [problem for message in messages(path) for problem in problems(message)] == []


def test_chinese_is_there() -> None:
    assert "zh" in {path.parents[1].name for path in FILES}


def test_a_language_is_a_file(tmp_path: Path) -> None:
    """It is offered because the file is there; what it lacks, and what nobody has looked at, is said in English."""
    path = tmp_path / "pt_BR" / "LC_MESSAGES" / "hub.po"
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Language: pt_BR\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
    fuzzy = '#, fuzzy\nmsgid "Tasks"\nmsgstr "Tarefa"\n\nmsgid "Agents"\nmsgstr ""\n\n'
    two = 'msgid "Done"\nmsgstr "Feito"\n\nmsgctxt "selection"\nmsgid "Done"\nmsgstr "Concluir"\n'
    path.write_text(head + fuzzy + two)
    found = read_catalogues(tmp_path)
    portuguese = found["pt-BR"]
    assert list(found) == [SOURCE, "pt-BR"]
    assert portuguese.tag == "pt-BR"
    assert [portuguese.translate(text) for text in ("Done", "Tasks", "Agents")] == ["Feito", "Tasks", "Agents"]
    assert portuguese.translate("Done", "selection") == "Concluir"
    assert found[SOURCE].translate("Done") == "Done"


def test_a_marked_text_is_the_text() -> None:
    assert N_("Done") == "Done"
