"""Rows of a spreadsheet, pasted: what cases they make. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from execution_hub.domain.suite import CASES_MAX
from execution_hub.domain.texts import one_line
from execution_hub.suite_files.delimited import split_rows
from execution_hub.suite_files.found import Unmapped
from execution_hub.views.check_form import CheckForm
from execution_hub.views.suite_form import CaseForm

# What a column holds that has no heading, by how many columns there are.
_PLAIN = (("input",), ("name", "input"), ("name", "input", "golden"), ("name", "input", "golden", "tags"))
_HEADINGS = {
    "name": "name", "case": "name", "input": "input", "prompt": "input", "question": "input", "golden": "golden",
    "expected": "golden", "answer": "golden", "tags": "tags", "tag": "tags", "variables": "variables",
    "名称": "name", "用例": "name", "输入": "input", "标准答案": "golden", "标签": "tags", "变量": "variables",
}  # fmt: skip
# A column under the name of a check makes one of each text in it.
_CHECKS = ("equals", "contains", "matches", "max_chars", "min_chars", "tool_called")
_CELL_MAX = 1_000_000
_SHOWN_MAX = 5
_EXCERPT_MAX = 80


@dataclass(frozen=True, slots=True)
class PastedRow:
    """A row as the preview shows it: the first words of a name and of an input, and how many checks it has."""

    name: str = ""
    input: str = ""
    checks: int = 0


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted.

    Attributes:
        cases: The cases it makes, without keys.
        left_out: How many rows had no input.
        beyond: How many rows more there are than a suite may have cases.
        unknown: The headings of columns that make nothing.
        unmapped: What else of a file makes nothing, or means something else here.
    """

    cases: tuple[CaseForm, ...] = ()
    left_out: int = 0
    beyond: int = 0
    unknown: tuple[str, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()

    @property
    def shown(self) -> list[PastedRow]:
        """The first rows, for a preview."""
        first = self.cases[:_SHOWN_MAX]
        return [PastedRow(_excerpt(each.name), _excerpt(each.input), len(each.checks)) for each in first]


def read_rows(text: str) -> Pasted:
    r"""Read rows as spreadsheets copy them: tabs between cells, quotes around one that has tabs or lines of its own.

    The first row may name the columns, in any order; then commas or semicolons may stand for tabs, too.

    Args:
        text: What was pasted.

    >>> [(each.name, each.input) for each in read_rows("A sum\t12*(3+4)\nAnother\t1+1").cases]
    [('A sum', '12*(3+4)'), ('Another', '1+1')]
    """
    rows, names = _table(text.lstrip("\ufeff"))
    found: list[CaseForm] = []
    left_out = 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        case = _case(names, row)
        if case is None:
            left_out += 1
        else:
            found.append(case)
    unknown = tuple(dict.fromkeys(one_line(name)[:_EXCERPT_MAX] for name in names if name and not _is_known(name)))
    return Pasted(tuple(found[:CASES_MAX]), left_out, max(0, len(found) - CASES_MAX), unknown)


def _table(text: str) -> tuple[list[list[str]], Sequence[str]]:
    """Return the rows without that of headings, and what each column holds."""
    head = text.partition("\n")[0]
    for delimiter in ("\t", ",", ";"):
        cells = [cell.strip().casefold() for row in split_rows(head, delimiter, _CELL_MAX)[:1] for cell in row]
        names = [_HEADINGS.get(cell, cell) for cell in cells]
        if "input" in names:
            return split_rows(text, delimiter, _CELL_MAX)[1:], names
    rows = split_rows(text, "\t", _CELL_MAX)
    width = max((len(row) for row in rows), default=1)
    return rows, (*_PLAIN[min(width, len(_PLAIN)) - 1], *("" for _ in range(width - len(_PLAIN))))


def _case(names: Sequence[str], row: Sequence[str]) -> CaseForm | None:
    cells = list(zip(names, row, strict=False))
    values = {name: cell for name, cell in cells if name in ("name", "input", "golden", "tags", "variables")}
    if not values.get("input", "").strip():
        return None
    checks = []
    for name, cell in cells:
        if name in _CHECKS and cell.strip():
            check = CheckForm("", name)
            checks.append(replace(check, tool=cell.strip()) if name == "tool_called" else replace(check, value=cell))
    return CaseForm(
        name=one_line(values.get("name", "")).strip(),
        input=values["input"],
        variables=values.get("variables", ""),
        golden=values.get("golden", ""),
        tags=values.get("tags", ""),
        checks=tuple(checks),
    )


def _is_known(name: str) -> bool:
    return name in ("name", "input", "golden", "tags", "variables") or name in _CHECKS


def _excerpt(text: str) -> str:
    return one_line(text[: 2 * _EXCERPT_MAX])[:_EXCERPT_MAX]
