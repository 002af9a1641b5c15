"""The browser code that reads untrusted text before it is parsed: run by Node, without any package."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from execution_hub.ui.components.markdown import Raw, Rendered
from execution_hub.ui.components.markdown_cut import CUT, DEPTH, LIMITS, REFERENCES
from execution_hub.ui.components.markdown_json import JSON_TEXT

CODE = f"{LIMITS}\n{DEPTH}\n{CUT}\n{REFERENCES}\n{JSON_TEXT}"


def run(expression: str, **values: Any) -> Any:
    """Return what an expression gives, with values in its names."""
    names = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
    script = f"{CODE}\n{names}\nconsole.log(JSON.stringify({expression}));"
    node = Path(sysconfig.get_path("scripts")) / "node"
    done = subprocess.run([node, "--input-type=module"], input=script, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def cut(text: str) -> list[dict[str, Any]]:
    """Return the pieces of a text."""
    pieces: list[dict[str, Any]] = run("hubCut(text)", text=text)
    return pieces


DEEP = {
    "list marks on one line": "1. " * 1000 + "x",
    "bullets on one line": "- " * 300 + "x",
    "quotes on one line": "> " * 300 + "x",
    "quotes without spaces": ">" * 300 + "x",
    "marks of every kind": "> - 1. " * 100 + "x",
    "steps of indentation": "".join(f"{'  ' * depth}- a\n" for depth in range(200)),
    "tabs of indentation": "".join("\t" * depth + "- a\n" for depth in range(200)),
    "brackets": "[" * 300,
    "images in images": "![" * 300 + "](a)" * 300,
    "emphasis within emphasis": "*a " * 300 + "b* " * 300,
    "two kinds of emphasis": "*a _b " * 300,
    "one run of stars": "*" * 600 + "a" + "*" * 600,
    "quoted emphasis": "".join(f"> *a{number}\n" for number in range(300)),
}
FLAT = {
    "a rule of dashes": "- " * 60,
    "a long list": "- item **bold** and *it*\n" * 3000,
    "a long paragraph of emphasis": "word **bold**, *it* and _it_ [a](b) [1] " * 500,
    "a thousand lone stars": "2 * 3 * 4\n" * 500,
    "a list of five levels": "- a\n  - b\n    - c\n      - d\n        - e\n" * 100,
    "code with brackets": "```\n" + "a[i][j](x) * b ** c\n" * 200 + "```\n",
    "snake case": "some_long_name " * 1000,
}


def test_what_a_recursive_parser_must_not_be_given_is_found() -> None:
    """Every kind of nesting beyond a hundred levels is found, and ordinary large texts are not taken for it."""
    names = {**DEEP, **FLAT}
    found = run("Object.entries(texts).filter(([, text]) => hubIsDeep(text)).map(([name]) => name)", texts=names)
    assert found == list(DEEP)


def test_looking_at_a_text_takes_time_that_grows_with_it() -> None:
    """Looking for depth, cutting and collecting definitions takes under a second for a megabyte of anything."""
    marks = [
        "[",
        "](",
        "> ",
        "1. ",
        "*a ",
        "- a\n",
        "a\n\n",
        "`",
        "```\n",
        "\\[\n",
        "|a",
        "[a]: b\n",
        "[a](",
        "![](data:",
    ]
    slow = run(
        """marks.filter((mark) => {
          const text = mark.repeat(1000000 / mark.length);
          const start = performance.now();
          hubCut(text);
          hubReferences([text]);
          hubIsDeep(text);
          return performance.now() - start > 2000;
        })""",
        marks=marks,
    )
    assert slow == []


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"## Part {n}\n\nText of it, **bold**.\n\n- one\n- two\n\n" for n in range(500)),
        "".join(f"- item {n}\n" for n in range(4000)),
        "line of a paragraph without an end\n" * 2000,
        "```python\n" + "print(1)\n\n" * 3000 + "```\nafter\n",
        "word " * 60_000,
    ],
    ids=["parts", "list", "lines", "code", "one line"],
)
def test_a_large_text_is_cut_into_small_pieces_that_hold_all_of_it(text: str) -> None:
    """The pieces of a large text are its text, and none that is parsed is large."""
    pieces = cut(text)
    joined = "".join(piece["text"] for piece in pieces)
    assert joined == text.removeprefix("```python\n").replace("```\nafter", "after")
    assert all(len(piece["text"]) <= 10_000 for piece in pieces if piece["kind"] == "markdown")


def test_a_text_of_ordinary_size_stays_whole() -> None:
    """A text up to 8,000 characters is one piece, so that what refers within it needs no help."""
    text = "A paragraph.\n\n" * 500
    assert [piece["text"] for piece in cut(text)] == [text]


def test_a_list_that_is_cut_goes_on_counting() -> None:
    """A list in which every item is written as number one goes on counting in its next piece."""
    assert [piece["number"] for piece in cut("1. item\n" * 2000)] == [None, 564, 1127, 1690]
    assert {piece["number"] for piece in cut("".join(f"{n}. item\n" for n in range(1, 2000)))} == {None}


def test_a_table_that_is_cut_keeps_its_heading() -> None:
    """Each piece of a long table begins with its heading."""
    head = "|a|b|\n|-|-|\n"
    pieces = cut(head + "|1|2|\n" * 3000)
    assert len(pieces) > 2
    assert all(piece["text"].startswith(head) for piece in pieces)


def test_a_list_within_a_list_is_cut_with_its_indentation_told() -> None:
    """A long list within an item is cut too: its pieces lose their indentation and say how much it was."""
    pieces = cut("- top\n" + "    - item\n" * 2000 + "- next\n")
    assert [piece["indent"] for piece in pieces] == [0, 4, 4, 4, 4, 0]
    assert pieces[1]["text"].startswith("- item\n- item\n")
    assert pieces[-1]["text"] == "- next\n"


def test_code_formulas_and_a_huge_line_are_not_cut_as_text() -> None:
    """A blank line within code or a formula ends nothing; one huge line is plain text, with a word why."""
    code = "```\n" + "a\n\n" * 5000 + "```\n"
    assert [piece["kind"] for piece in cut(f"Before.\n\n{code}")] == ["markdown", "code"]
    assert [(piece["kind"], piece["why"]) for piece in cut("word " * 3000)] == [("plain", "long")]


def test_definitions_are_lent_to_the_pieces_that_use_them() -> None:
    """A piece gets the definitions it uses from wherever they stand, the first of a name, and no others."""
    texts = [
        "See [guide][G] and [b].\n",
        "[g]: ./guide\n[G]: ./other\n[x]: https://x.y\n",
        "[note]: not a definition\n",
    ]
    lent = run("texts.map((text) => hubLent(text, hubReferences(texts)))", texts=texts)
    assert lent[0] == "[g]: ./guide \n\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"p":"C:\\\\new","__x__":1}', '{\n  "p": "C:\\\\new",\n  "__x__": 1\n}'),
        ("[12345678901234567890, 1.50, -0, 1E5]", "[\n  12345678901234567890,\n  1.50,\n  -0,\n  1E5\n]"),
        ('{"a":1,"a":2,"e":{},"l":[ ]}', '{\n  "a": 1,\n  "a": 2,\n  "e": {},\n  "l": []\n}'),
        ('"a\\\\_b"', '"a\\\\_b"'),
        ('{"a": 1}\n{"a": 2}\n', '{\n  "a": 1\n}\n{\n  "a": 2\n}'),
        ("{a: 1}", None),
        ("[x](y)", None),
        ("12", None),
        ("", None),
    ],
)
def test_json_is_indented_and_otherwise_left_as_written(text: str, shown: str | None) -> None:
    """JSON, or a value on each line, is indented letter by letter: big integers, repeated names and all."""
    assert run("hubJson(text)", text=text) == shown


def test_deep_json_neither_fails_nor_grows_without_bound() -> None:
    """A hundred thousand brackets are indented to a limit only."""
    assert run("hubJson('['.repeat(100000) + ']'.repeat(100000)).length") < 20_000_000


def test_a_snippet_defines_each_name_once_and_imports_its_hooks() -> None:
    """The snippets of both components fit on one page, and all hooks that they call are imported."""
    for component in (Rendered, Raw):
        code = "\n".join(component.code())
        imported = {name.tag for name in component.create()._get_all_imports()["react"]}
        hooks = {"useMemo", "useRef", "useState", "useEffect", "useLayoutEffect", "useContext", "memo", "createContext"}
        assert {hook for hook in hooks if f"{hook}(" in code} <= imported
    parts = Rendered.code()
    assert len(parts) == len(set(parts))
