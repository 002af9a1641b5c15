"""What the palette finds."""

import pytest

from execution_hub.views.palette import PaletteEntry, fitting, without_verb

FOUND = [
    PaletteEntry("execution", 57, "Writer", "A poem on roses", "failed"),
    PaletteEntry("execution", 56, "Reader", "Roses again", "succeeded"),
    PaletteEntry("execution", 5, "Writer", "Ａ letter", "running"),
]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", [57, 56]),
        ("ROSES writer", [57]),
        ("#5", [57, 56]),
        ("letter a", [5]),
        ("nobody", []),
    ],
)
def test_executions_that_hold_all_words_are_found_in_any_order(typed: str, ids: list[int]) -> None:
    """The newest first, and no more than asked for."""
    assert [each.id for each in fitting(FOUND, typed, 2)] == ids


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("Run nightly", "workflow", "nightly"),
        ("rose test writer", "agent", "rose writer"),
        ("Testing", "agent", "testing"),
        ("运行 nightly", "workflow", "nightly"),
        ("测试作家", "agent", "作家"),
        ("Rose", "task", "rose"),
    ],
)
def test_the_word_that_starts_something_is_not_part_of_a_name(typed: str, kind: str, name: str) -> None:
    assert without_verb(typed, kind) == name
