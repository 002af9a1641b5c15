"""Where the tests of a promptfoo configuration come from: lists, and files beside it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.errors import InvalidInput
from execution_hub.suite_files.csv_file import read_rows
from execution_hub.suite_files.found import FoundSuite
from execution_hub.suite_files.nunjucks import NotMapped
from execution_hub.suite_files.yaml_text import read_yaml
from execution_hub.words.marking import Phrase

FILE = "file://"
_SHOWN = 100
# `__expected` in a CSV: a type, with a threshold in brackets where it needs one, and the value; else what is equal.
_EXPECTED = re.compile(r"((?:not-)?[a-z][a-z-]*)(?:\(([\d.]+)\))?(?::\s*(.*))?", re.DOTALL)
_PROGRAMS = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}
_VALUELESS = ("is-json", "latency", "cost")
_KNOWN = ("equals", "contains", "icontains", "starts-with", "regex", "similar", "levenshtein", "javascript", "python")


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a configuration names.

    Attributes:
        read: Gives the text of one beside the configuration; raises InvalidInput. None where there are none, as for
            what was sent to the hub.
    """

    read: Callable[[str], str] | None = None

    def text(self, name: str) -> str:
        """Return the text of a file.

        Raises:
            NotMapped: It is not there, or may not be read.
        """
        path = name.removeprefix(FILE)
        if self.read is None:
            raise NotMapped(
                Phrase(
                    "The file {name} did not come along: import on the terminal, beside its files.", name=path[:_SHOWN]
                )
            )
        try:
            return self.read(path)
        except InvalidInput as error:
            raise NotMapped(Phrase("{name}: {problem}", name=path[:_SHOWN], problem=error.message)) from None

    def value(self, name: str) -> Any:
        """Return the value in a file of YAML, JSON, JSON Lines or CSV; of the last two, a list of tests.

        Raises:
            NotMapped: It is no such file.
        """
        ending = name.rpartition(".")[2].lower()
        if ending not in ("yaml", "yml", "json", "jsonl", "csv"):
            raise NotMapped(
                Phrase("{name}: a program, or a kind of file that this hub does not read.", name=name[:_SHOWN])
            )
        try:
            text = self.text(name)
            if ending == "jsonl":
                return [json.loads(line) for line in text.split("\n") if line.strip()]
            return list(tests_of_csv(text)) if ending == "csv" else read_yaml(text)
        except (InvalidInput, ValueError, RecursionError) as error:
            problem = error.message if isinstance(error, InvalidInput) else Phrase("it is no JSON.")
            raise NotMapped(Phrase("{name}: {problem}", name=name[:_SHOWN], problem=problem)) from None


def tests_in(found: FoundSuite, where: str, value: object, files: Files) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield tests with their places, and note what is none.

    Args:
        found: Where that is noted.
        where: Their place in the file.
        value: A list of tests and names of files, or one name.
        files: What is beside the configuration.
    """
    for place, each in enumerate(value if isinstance(value, list) else [value]):
        spot = f"{where}[{place}]" if isinstance(value, list) else where
        try:
            if isinstance(each, str):
                if not each.startswith(FILE) and "://" in each:
                    raise NotMapped(Phrase("Tests of the internet: download them first."))
                inner = files.value(each)
                own = inner if isinstance(inner, list) else [inner]
                yield from _objects(found, each.removeprefix(FILE)[:_SHOWN], own)
            elif isinstance(each, Mapping):
                if isinstance(each.get("path"), str):
                    raise NotMapped(Phrase("A program that makes tests: this hub runs none of a file."))
                yield spot, each
            else:
                raise NotMapped(Phrase("No test."))
        except NotMapped as reason:
            found.leave_out(spot, reason.reason)


def _objects(found: FoundSuite, name: str, values: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, each in enumerate(values):
        if isinstance(each, Mapping):
            yield f"{name}[{place}]", each
        else:
            found.leave_out(f"{name}[{place}]", Phrase("No test."))


def tests_of_csv(text: str) -> Iterator[dict[str, Any]]:
    """Yield the tests of a CSV: columns are variables, those that begin with `__` say the rest.

    Raises:
        InvalidInput: It is no CSV.
    """
    rows = read_rows(text)
    headings = [each.strip() for each in next(rows, (1, []))[1]]
    for _, row in rows:
        cells = dict(zip(headings, row, strict=False))
        expected = [cells[name] for name in cells if name.startswith("__expected") and cells[name].strip()]
        test: dict[str, Any] = {
            "vars": {name: value for name, value in cells.items() if name and not name.startswith("__")},
            "assert": [_assertion(each.strip()) for each in expected],
        }
        if cells.get("__description"):
            test["description"] = cells["__description"]
        if cells.get("__threshold"):
            test["threshold"] = _number(cells["__threshold"])
        test["options"] = {name: cells[f"__{name}"] for name in ("prefix", "suffix") if cells.get(f"__{name}")}
        yield test


def _assertion(text: str) -> dict[str, Any]:
    told = _EXPECTED.fullmatch(text)
    kind = told[1].removeprefix("not-") if told else ""
    kind = _PROGRAMS.get(kind, kind)
    is_known = kind in (*_VALUELESS, *_KNOWN) or kind.startswith(("contains-", "icontains-", "llm-", "model-graded-"))
    if told is None or not is_known or (told[3] is None and kind not in _VALUELESS):
        return {"type": "equals", "value": text}
    found: dict[str, Any] = {"type": f"not-{kind}" if text.startswith("not-") else kind}
    if told[3]:
        found["value"] = told[3]
    if told[2]:
        found["threshold"] = _number(told[2])
    return found


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
