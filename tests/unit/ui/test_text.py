"""Words that follow the language of the page, however many languages there are."""

import pytest
import reflex as rx

from execution_hub.ui import text
from execution_hub.ui.components import page_language
from execution_hub.ui.components.page_language import language_choice
from execution_hub.words import catalogue
from execution_hub.words.catalogue import CATALOGUES, Catalogue

AGENTS = {"en": "Agents", "zh": "智能体"}


@pytest.fixture(autouse=True)
def _two_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at English and Chinese, whatever other catalogues there are."""
    for language in set(CATALOGUES) - set(AGENTS):
        monkeypatch.delitem(CATALOGUES, language)


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a language to the two that are there."""
    monkeypatch.setitem(CATALOGUES, "fr", Catalogue("fr", dict(CATALOGUES["en"].texts)))


def shown(drawn: object) -> str:
    """Return a Var or a component as the page holds it, with its letters as they are read."""
    return str(drawn).encode().decode("unicode_escape")


def branches(words: str) -> int:
    """Return how many languages a text asks for."""
    return words.count(" ? ")


def test_words_switch_between_all_languages() -> None:
    words = shown(text.t("Agents"))
    assert all(each in words for each in AGENTS.values())
    assert branches(words) == 1


def test_a_third_language_is_one_more_branch(third: None) -> None:
    words = shown(text.in_each_language(lambda language: f"in {language}"))
    assert branches(words) == 2
    assert all(f"in {language}" in words for language in ("en", "zh", "fr"))


def test_something_is_drawn_where_each_language_wants_it() -> None:
    drawn = shown(text.t_around("Stop requested {at}.", rx.el.time("10:00")))
    before, after = drawn.split('"time"')
    assert "Stop requested " in before
    assert "于 " in before
    assert " 请求停止。" in after
    assert "\ufffc" not in drawn


def test_what_is_counted_has_a_form_for_one_and_for_several_where_the_language_has() -> None:
    """The page chooses by the number; Chinese has one form, and no choice."""
    words = shown(text.tn("{n} tool", "{n} tools", rx.Var("count").to(int)))
    assert all(each in words for each in ('(count+" tool")', '(count+" tools")', '(count+" 个工具")', "(n != 1)"))
    later = shown(text.tn_later("{n} tool", "{n} tools"))
    assert '((n) => (n+" 个工具"))' in later


def test_of_two_languages_a_button_offers_the_other_in_its_own_words() -> None:
    button = shown(language_choice())
    assert '"button"' in button
    assert all(word in button for word in ("English", "中文", "Switch to Chinese", "切换到英语", "zh-CN"))


def test_of_more_languages_all_are_offered_each_in_its_own_words(third: None) -> None:
    choice = shown(language_choice())
    assert '"select"' in choice
    assert all(word in choice for word in ("English", "中文", "français"))


def test_an_error_is_told_in_the_language_of_the_page_and_in_english_as_it_came() -> None:
    told = shown(text.error_text(rx.Var.create("no_api_key"), rx.Var.create("As it came.")))
    assert "没有 API 密钥" in told
    assert "As it came." in told
    assert "No API key" not in told


def test_each_language_has_a_name_for_each() -> None:
    assert catalogue.language_name("zh", "en") == "Chinese"
    assert catalogue.language_name("en", "zh") == "英语"
    assert page_language.language_name("zh", "zh") == "中文"
