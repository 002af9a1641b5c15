"""Rows of a text that a spreadsheet has copied."""

import csv
from io import StringIO


def split_rows(text: str, delimiter: str, cell_max: int) -> list[list[str]]:
    """Return the cells of each row; a quote that is nowhere closed is a letter like others.

    Args:
        text: What was copied.
        delimiter: What stands between cells, one character.
        cell_max: The most characters of a cell; where one is longer, quotes are letters.
    """
    before = csv.field_size_limit(cell_max)
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in text.splitlines()]
    finally:
        csv.field_size_limit(before)
