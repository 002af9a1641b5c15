"""Variables of a case: texts that are put where the input names them, and never read again."""

import pytest

from execution_hub.domain.variables import VARIABLE_MAX, fill
from execution_hub.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "variables", "filled"),
    [
        ("{{ a }}", {}, "{{ a }}"),
        ("{{a}}-{{ a }}-{{\na\n}}", {"a": "1"}, "1-1-1"),
        # What a value holds is no name, no template, no expression.
        ("{{ a }}", {"a": "{{ b }}", "b": "2"}, "{{ b }}"),
        ("{{ a }}", {"a": r"\1 \g<0> {0}"}, r"\1 \g<0> {0}"),
        ("{{ a.b }} {{ a|upper }} {a} {{", {"a": "1"}, "{{ a.b }} {{ a|upper }} {a} {{"),
        ("none", {"a": "1"}, "none"),
    ],
)
def test_a_name_stands_for_its_text(text: str, variables: dict[str, str], filled: str) -> None:
    assert fill(text, variables) == filled


@pytest.mark.parametrize(
    ("text", "variables"),
    [("{{ b }}", {"a": "1"}), ("{{ a }}{{ a }}", {"a": "x" * (VARIABLE_MAX // 2 + 1)}), ("{{ a }}", {"a": ""})],
)
def test_what_is_filled_must_be_an_input(text: str, variables: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        fill(text, variables)
    assert caught.value.field == "input"
