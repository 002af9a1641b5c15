"""The kinds of files that hold cases, and which one a file is."""

from collections.abc import Iterable
from enum import StrEnum

from execution_hub.domain.suite import Case
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.csv_file import read_csv, write_csv
from execution_hub.suite_files.decoding import FILE_MAX_BYTES, decoded
from execution_hub.suite_files.found import FoundSuite
from execution_hub.suite_files.jsonl import read_jsonl, write_jsonl
from execution_hub.suite_files.promptfoo import read_promptfoo
from execution_hub.suite_files.promptfoo_tests import Files
from execution_hub.words.marking import Phrase

# Excel takes a CSV for what its system writes, unless this stands in front.
_MARK = "\ufeff"


class Format(StrEnum):
    """A kind of file."""

    JSONL = "jsonl"
    CSV = "csv"
    PROMPTFOO = "promptfoo"


TOO_LONG = Phrase("The file takes too long to be read. Make two of it.")
WRITTEN = (Format.JSONL, Format.CSV)
_ENDINGS = {
    "jsonl": Format.JSONL,
    "ndjson": Format.JSONL,
    "csv": Format.CSV,
    "tsv": Format.CSV,
    "yaml": Format.PROMPTFOO,
    "yml": Format.PROMPTFOO,
    "json": Format.PROMPTFOO,
}


def format_of(name: str) -> Format:
    """Return which kind a file is.

    Args:
        name: Of the file, or of the kind itself.

    Raises:
        InvalidInput: It is none we read.

    >>> format_of("csv"), format_of("promptfooconfig.yaml"), format_of("a.b.JSONL")
    (<Format.CSV: 'csv'>, <Format.PROMPTFOO: 'promptfoo'>, <Format.JSONL: 'jsonl'>)
    """
    if name in set(Format):
        return Format(name)
    found = _ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name or name in _ENDINGS else None
    if found is None:
        raise InvalidInput(
            "format", Phrase("This is no kind of file that holds cases. Use {kinds}.", kinds=", ".join(Format))
        )
    return found


def read_cases_file(
    name: str, content: bytes | str, *, files: Files | None = None, judge_agent_id: int | None = None
) -> FoundSuite:
    """Read a file.

    Args:
        name: Its name, or its format.
        content: Its bytes, or its text.
        files: What is beside it; nothing if omitted.
        judge_agent_id: See `read_promptfoo`.

    Raises:
        InvalidInput: It does not fit; the line is named.
    """
    kind = format_of(name)
    if isinstance(content, str):
        # Pasted from a file, the mark may come along; and half a character is none that can be stored.
        content = content.removeprefix(_MARK).encode(errors="surrogatepass")
    text = decoded(content, FILE_MAX_BYTES)
    found = {
        Format.JSONL: lambda: read_jsonl(text),
        Format.CSV: lambda: read_csv(text),
        Format.PROMPTFOO: lambda: read_promptfoo(text, files, judge_agent_id),
    }[kind]()
    if not found.cases:
        raise InvalidInput("text", "The file holds no cases. Give it at least one.")
    return found


def write_cases_file(kind: Format, cases: Iterable[Case]) -> str:
    """Return cases as the text of a file, to be written as UTF-8.

    Args:
        kind: One of `WRITTEN`.
        cases: In their order.
    """
    return f"{_MARK}{write_csv(cases)}" if kind is Format.CSV else write_jsonl(cases)
