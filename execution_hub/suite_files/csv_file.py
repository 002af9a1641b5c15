"""Cases as CSV: a line of headings, then a case a line."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from execution_hub.domain.folding import fold
from execution_hub.domain.suite import Case
from execution_hub.errors import InvalidInput
from execution_hub.suite_files import cells
from execution_hub.suite_files.decoding import FILE_MAX_BYTES
from execution_hub.suite_files.found import GOLDENS, INPUTS, FoundSuite, first_of, line_of
from execution_hub.words.marking import Phrase

VARIABLE = "var:"
COLUMNS = ("name", "input", "golden", "tags", "checks", "min_score")
# In the order in which they are tried: the first that gives the most headings we know.
SEPARATORS = (",", ";", "\t", "|")
_COLUMNS_MAX = 200
_SHOWN = 60
# What Excel writes in front, to tell itself how to read.
_TOLD = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def read_csv(text: str) -> FoundSuite:
    """Read cases.

    The headings are those of `COLUMNS` in any order and case, those of others for input and golden answer (see
    `read_jsonl`), and `var:NAME` for variables; other columns are left out, and told. Tags are parted by commas or
    semicolons, or a JSON list; checks are a JSON list.

    Args:
        text: With one of `SEPARATORS`, found out by the headings.

    Raises:
        InvalidInput: A line holds no case; it is named.
    """
    found = FoundSuite()
    rows = read_rows(text)
    _, headings = next(rows, (1, []))
    columns = _columns(found, headings)
    for line, row in rows:
        values = {name: cells.read(row[place]) for name, place in columns.items() if place < len(row)}
        found.add(line_of(line), _values(line_of(line), values))
    found.tell_unchecked()
    return found


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV text, each with the line in which it begins; empty ones are left out.

    Raises:
        InvalidInput: It is no CSV.
    """
    told = _TOLD.match(text)
    body = text[told.end() :] if told else text
    separator = told[1] if told else _separator(body)
    # A module-wide limit; ours is that of the file.
    csv.field_size_limit(FILE_MAX_BYTES)
    reader, line = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True), 1 + bool(told)
    first = line - 1
    try:
        for row in reader:
            if any(each.strip() for each in row):
                yield line, row
            line = first + reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(
            "text", Phrase("line {n}: no CSV ({problem}). Close what is quoted.", n=line, problem=str(error))
        ) from None


def write_csv(cases: Iterable[Case]) -> str:
    """Return cases as a file that `read_csv` reads as the same ones, and spreadsheets as a table without formulas."""
    given = list(cases)
    names = list(dict.fromkeys(name for case in given for name in case.variables))
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(f"{VARIABLE}{name}" for name in names)])
    for case in given:
        own = (case.name, case.input, case.golden, _tags(case.tags), _checks(case), f"{case.min_score!r}")
        writer.writerow([cells.written(each) for each in (*own, *(case.variables.get(name) for name in names))])
    return file.getvalue()


def _columns(found: FoundSuite, headings: Sequence[str]) -> dict[str, int]:
    """Return the place of each column we read, by our name for it."""
    told = [each.strip() for each in headings]
    if len(told) > _COLUMNS_MAX:
        raise InvalidInput(
            "text",
            Phrase("The file has {n} columns. Use at most {limit}.", n=len(told), limit=_COLUMNS_MAX),
            limit=_COLUMNS_MAX,
        )
    places = {each: told.index(each) for each in reversed(told) if each}
    columns: dict[str, int] = {}
    taken = set()
    for ours, names in {**{each: (each,) for each in COLUMNS}, "input": INPUTS, "golden": GOLDENS}.items():
        name = first_of(names, places)
        if name is not None:
            columns[ours] = places[name]
            taken.add(name)
    if "input" not in columns:
        raise InvalidInput(
            "text",
            Phrase(
                "line 1 has no column for the input. Give one: {names}; others are {others}.",
                names=", ".join(INPUTS),
                others=", ".join(COLUMNS),
            ),
        )
    for name in dict.fromkeys(told):
        if name.lower().startswith(VARIABLE):
            columns[f"{VARIABLE}{name[len(VARIABLE) :].strip()}"] = places[name]
        elif name and name not in taken:
            found.leave_out(name[:_SHOWN], Phrase("No column of a case: left out."))
        if name and [fold(each) for each in told].count(fold(name)) > 1:
            raise InvalidInput(
                "text", Phrase("line 1 has two columns {name}. Give each its own heading.", name=repr(name[:_SHOWN]))
            )
    return columns


def _values(where: str, row: dict[str, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[name] for name in ("name", "golden") if row.get(name) is not None}
    values["input"] = row.get("input") or ""
    if tags := row.get("tags"):
        values["tags"] = _json(where, "tags", tags) if tags.lstrip().startswith("[") else _parted(tags)
    if checks := row.get("checks"):
        values["checks"] = _json(where, "checks", checks)
    if score := row.get("min_score"):
        values["min_score"] = _number(where, score)
    variables = {name.removeprefix(VARIABLE): row[name] for name in row if name.startswith(VARIABLE)}
    values["variables"] = {name: value for name, value in variables.items() if value is not None}
    return values


def _parted(tags: str) -> list[str]:
    return [each.strip() for each in re.split("[,;]", tags) if each.strip()]


def _json(where: str, column: str, cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise InvalidInput(
            f"{where}.{column}", Phrase("{where}.{column} is no JSON. Give a list: […].", where=where, column=column)
        ) from None


def _number(where: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InvalidInput(
            f"{where}.min_score", Phrase("{where}.min_score is no number. Give one from 0 to 1.", where=where)
        ) from None


def _tags(tags: Sequence[str]) -> str | None:
    if not tags:
        return None
    is_plain = not any(re.search("[,;]", each) for each in tags) and not tags[0].startswith("[")
    return ", ".join(tags) if is_plain else json.dumps(list(tags), ensure_ascii=False)


def _checks(case: Case) -> str | None:
    return json.dumps([each.as_json() for each in case.checks], ensure_ascii=False) if case.checks else None


def _separator(text: str) -> str:
    """Choose the separator by the headings: csv.Sniffer guesses by the texts, which may hold anything."""
    known = {*COLUMNS, *INPUTS, *GOLDENS}

    def score(separator: str) -> tuple[int, int]:
        first = next(csv.reader(io.StringIO(text[:10_000], newline=""), delimiter=separator), [])
        names = [each.strip().lower() for each in first]
        return sum(each in known or each.startswith(VARIABLE) for each in names), len(names)

    try:
        return max(SEPARATORS, key=score)
    except csv.Error:
        return SEPARATORS[0]
