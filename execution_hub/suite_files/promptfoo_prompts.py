"""The prompts of a promptfoo configuration: those that are one text to an agent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.errors import InvalidInput
from execution_hub.suite_files.found import FoundSuite
from execution_hub.suite_files.nunjucks import NotMapped, names_in
from execution_hub.suite_files.promptfoo_tests import FILE, Files
from execution_hub.suite_files.yaml_text import read_yaml
from execution_hub.words.marking import Phrase

_FILE_NAME = re.compile(r"[\w./ -]+\.(txt|md|json|jsonl|yaml|yml|csv|j2|js|mjs|cjs|ts|py)(:\w+)?")
_TEXTS = ("txt", "md", "j2")
_CONVERSATIONS = ("json", "yaml", "yml")
_BETWEEN = re.compile(r"^---\s*$", re.MULTILINE)
_SYSTEM = ("system", "developer")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt.

    Attributes:
        label: What the file calls it; empty if it does not.
        text: What is asked, with `{{ name }}` in it.
        names: The variables it uses.
    """

    label: str
    text: str
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        """What tells it from the others: its label, else its beginning."""
        line = " ".join(self.text.split())
        return self.label or (line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…")


def prompts_in(found: FoundSuite, value: object, files: Files) -> list[Prompt]:
    """Return the prompts that map, and note the others.

    Args:
        found: Where they are noted.
        value: The configuration's `prompts`.
        files: What is beside it.
    """
    prompts: list[Prompt] = []
    for place, each in enumerate(value if isinstance(value, list) else [value]):
        where = f"prompts[{place}]" if isinstance(value, list) else "prompts"
        try:
            for label, text in _texts(each, files):
                asked = _asked(found, where, text)
                prompts.append(Prompt(label, asked, tuple(names_in(asked))))
        except NotMapped as reason:
            found.leave_out(where, reason.reason)
    return prompts


def _texts(value: Any, files: Files) -> Iterator[tuple[str, str]]:
    label = ""
    if isinstance(value, Mapping):
        label, raw, name = str(value.get("label") or ""), value.get("raw"), value.get("id")
        label = label or (name if isinstance(name, str) and raw is not None else "")
        value = raw if raw is not None else name
    if not isinstance(value, str) or not value.strip():
        raise NotMapped(Phrase("No text: only prompts of one text map."))
    named = value.removeprefix(FILE)
    if not value.startswith(FILE) and not _FILE_NAME.fullmatch(value):
        yield label, value
        return
    ending = named.partition(":")[0].rpartition(".")[2].lower()
    if "*" in named or ending not in (*_TEXTS, *_CONVERSATIONS):
        raise NotMapped(
            Phrase("{name}: a program, or a kind of file that this hub does not read as a prompt.", name=named[:_SHOWN])
        )
    for part in _BETWEEN.split(files.text(named)) if ending in _TEXTS else (files.text(named),):
        if part.strip():
            yield label, part.strip()


def _asked(found: FoundSuite, where: str, text: str) -> str:
    """Return what a prompt asks; of a conversation, the one thing its user says."""
    if not text.lstrip().startswith(("[", "-")):
        return text
    try:
        messages = read_yaml(text)
    except InvalidInput:
        return text
    if not isinstance(messages, list) or not all(isinstance(each, dict) and "role" in each for each in messages):
        return text
    own = [each for each in messages if each["role"] not in _SYSTEM]
    if len(own) != 1 or own[0]["role"] != "user" or not isinstance(own[0].get("content"), str):
        raise NotMapped(Phrase("A conversation: a case here is one message to an agent."))
    if len(own) < len(messages):
        found.leave_out(where, Phrase("The system prompt is the agent's here: give it to the agent."))
    return str(own[0]["content"])
