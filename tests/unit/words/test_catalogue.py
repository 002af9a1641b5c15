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
ROOMS = ("ui", "views", "runners", "suite_files", "words")
FILES = sorted(LOCALES.glob("*/LC_MESSAGES/hub.po"))
# Which argument is the text, of whatever takes one; `make words` has the same list.
TEXT_AT = {"t": 0, "Phrase": 0, "t_around": 0, "N_": 0, "say": 1, "pt": 1}
# Of what takes a singular and a plural, where the singular stands.
COUNTED_AT = {"tn": 0, "tn_later": 0, "say_n": 1}
Text = str | tuple[str, str]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def said() -> Iterator[tuple[str | None, Text]]:
    """Yield every text in the sources, with its context; a counted one is a singular and a plural."""
    for path in (path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            name, texts = node.func.id, [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            if name in COUNTED_AT and all(isinstance(each, str) for each in texts[COUNTED_AT[name] :][:2]):
                singular, plural = texts[COUNTED_AT[name] :][:2]
                yield None, (str(singular), str(plural))
            elif name in TEXT_AT and TEXT_AT[name] < len(texts) and isinstance(texts[TEXT_AT[name]], str):
                yield (str(texts[0]) if name == "pt" else None), str(texts[TEXT_AT[name]])


def placeholders(text: str) -> set[str]:
    """Return the names in a text's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def problems(message: Message) -> Iterator[str]:
    """Yield what is wrong with a translation."""
    text = message.id[1] if message.pluralizable else str(message.id)
    translations = tuple(message.string or "") if message.pluralizable else (str(message.string),)
    if not all(translations):
        yield f"{text}: not translated"
    if message.fuzzy:
        yield f"{text}: fuzzy, look whether the translation fits and remove the mark"
    if any(placeholders(text) != placeholders(each) for each in translations):
        yield f"{text}: other placeholders"
    if set(text + "".join(translations)) & set("!！"):
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
    rule = "Plural-Forms: nplurals=2; plural=(n > 1);"
    head = f'msgid ""\nmsgstr "Language: pt_BR\\n{rule}\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
    fuzzy = '#, fuzzy\nmsgid "Tasks"\nmsgstr "Tarefa"\n\nmsgid "Agents"\nmsgstr ""\n\n'
    some = 'msgid "{n} call"\nmsgid_plural "{n} calls"\nmsgstr[0] "{n} chamada"\nmsgstr[1] "{n} chamadas"\n\n'
    two = 'msgid "Done"\nmsgstr "Feito"\n\nmsgctxt "selection"\nmsgid "Done"\nmsgstr "Concluir"\n'
    path.write_text(head + fuzzy + some + two)
    found = read_catalogues(tmp_path)
    portuguese = found["pt-BR"]
    assert list(found) == [SOURCE, "pt-BR"]
    assert portuguese.tag == "pt-BR"
    assert [portuguese.translate(text) for text in ("Done", "Tasks", "Agents")] == ["Feito", "Tasks", "Agents"]
    assert portuguese.translate("Done", "selection") == "Concluir"
    assert found[SOURCE].translate("Done") == "Done"
    calls = portuguese.count("{n} call", "{n} calls")
    assert [calls.form(n) for n in (0, 1, 2)] == ["{n} chamada", "{n} chamada", "{n} chamadas"]
    turns = portuguese.count("{n} turn", "{n} turns")
    assert [turns.form(n) for n in (0, 1, 2)] == ["{n} turns", "{n} turn", "{n} turns"]


def test_a_marked_text_is_the_text() -> None:
    assert N_("Done") == "Done"


def test_no_module_knows_a_language_but_english_by_name() -> None:
    """A further language is its file and nothing else."""
    languages = {path.parents[1].name for path in FILES}
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in languages
    ]
    assert languages and not found
