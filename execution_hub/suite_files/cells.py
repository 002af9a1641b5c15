r"""Cells of a CSV file: texts that no spreadsheet takes for formulas.

A spreadsheet runs a cell that begins with one of some signs as a formula, whoever wrote it
(https://owasp.org/www-community/attacks/CSV_Injection). Such a text is written with an apostrophe in front, and so is
one that begins with an apostrophe before such a sign, so that taking the first one away again gives the same text.
A lone apostrophe is the empty text, an empty cell is none.

>>> [written(each) for each in ("=1+1", "'=1", "it's", "'", "", None)]
["'=1+1", "''=1", "it's", "''", "'", '']
>>> [read(each) for each in ("'=1+1", "''=1", "it's", "''", "'", "", "'tis")]
['=1+1', "'=1", "it's", "'", '', None, "'tis"]
"""

import re

_APOSTROPHE = "'"
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")


def written(text: str | None) -> str:
    """Return what stands in the cell of a text."""
    if text is None:
        return ""
    return f"{_APOSTROPHE}{text}" if not text or _is_risky(text) else text


def read(cell: str) -> str | None:
    """Return the text of a cell; None if it is empty."""
    if not cell:
        return None
    is_ours = cell == _APOSTROPHE or (cell[0] == _APOSTROPHE and _is_risky(cell[1:]))
    return cell[1:] if is_ours else cell


def _is_risky(text: str) -> bool:
    if text.startswith(_APOSTROPHE):
        return text == _APOSTROPHE or _is_risky(text.lstrip(_APOSTROPHE)) or not text.strip(_APOSTROPHE)
    return _FORMULA.match(text) is not None
