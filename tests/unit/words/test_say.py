"""The catalogue: every word in both languages, every used key there, every key used."""

import re
import string
from pathlib import Path

import pytest

from execution_hub import errors
from execution_hub.domain.condition import NEGATED, OPERATIONS
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.words import by_value
from execution_hub.words.catalogue import WORDS
from execution_hub.words.say import preferred_language, say, say_error_code

PACKAGE = Path(__file__).resolve().parents[3] / "execution_hub"
SOURCE = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "catalogue.py")


def placeholders(text: str) -> set[str]:
    """Return the names in a text's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_a_key_has_both_languages_with_the_same_placeholders(key: str) -> None:
    """English and Chinese are equal citizens: neither is empty, neither shouts."""
    english, chinese = WORDS[key]
    assert english
    assert chinese
    assert placeholders(english) == placeholders(chinese)
    assert "!" not in english + chinese
    assert "！" not in chinese


def test_every_key_that_is_asked_for_is_there() -> None:
    """No page asks the catalogue for what it lacks."""
    asked = set(re.findall(r'\b(?:t|say)\(\s*(?:\w+,\s*)?"([a-z_]+\.[a-z_0-9]+)"', SOURCE))
    assert asked
    assert asked - set(WORDS) == set()


def test_no_key_is_left_over() -> None:
    """What no page says is not in the catalogue."""
    assert {key for key in WORDS if f'"{key}"' not in SOURCE} == set()


def test_whatever_has_a_status_has_words() -> None:
    """A status or a condition that the domain knows is never shown as its code."""
    assert {*Status, *StepStatus} == set(by_value.STATUSES)
    assert set(OPERATIONS) == set(by_value.OPERATIONS)
    assert set(OPERATIONS) - set(NEGATED) == set(by_value.CONDITIONS)


def test_every_error_of_an_execution_has_words() -> None:
    """A person reads why it failed in their own language."""

    def codes(kind: type[errors.HubError]) -> set[str]:
        return {kind.code}.union(*(codes(each) for each in kind.__subclasses__()))

    assert codes(errors.ExecutionError) <= set(by_value.ERRORS)
    assert say_error_code("zh", "no_api_key", "x") == say("zh", by_value.ERRORS["no_api_key"])
    assert say_error_code("zh", "unheard_of", "as it came") == "as it came"


def test_the_browsers_language_decides() -> None:
    """By weight, one of those there are; English where it asks for none of them, or says it wants none."""
    assert preferred_language("zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert preferred_language("de-DE,en;q=0.7,ZH-hans;q=0.9") == "zh"
    assert preferred_language("fr;q=0.9,zh;q=0,*;q=0.5", ("en", "zh")) == "en"
    assert preferred_language("fr-CA,en;q=0.8", ("en", "zh", "fr")) == "fr"
    assert preferred_language("en; q=0.5, zh; q=0.9") == "zh"
    assert preferred_language("zh;q=none,,;q=") == "en"
    assert preferred_language("en-GB,zh;q=0.5") == "en"
    assert preferred_language("") == "en"
    assert say("zh", "monitor.running", n=3) == "3 个运行中"
