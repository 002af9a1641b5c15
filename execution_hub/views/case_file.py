"""A text that holds cases, pasted or of a file: what cases it makes. Pure."""

import re

from execution_hub.errors import HubError, InvalidInput
from execution_hub.suite_files.formats import Format, format_of, read_cases_file
from execution_hub.suite_files.found import Unmapped, line_of
from execution_hub.views.case_paste import Pasted, read_rows
from execution_hub.views.suite_form import CaseForm
from execution_hub.views.suite_problems import say_problem
from execution_hub.words.catalogue import SOURCE
from execution_hub.words.marking import Phrase
from execution_hub.words.say import say_error, say_phrase

# What only our own files have in their first line; other rows are read as spreadsheets copy them.
_OWN_HEADING = re.compile(r'(?:^|[,;\t|"])(?:checks|min_score|var:[^,;\t|"]*)(?:$|[,;\t|"\r])', re.IGNORECASE)
_CONFIGURATION = re.compile(r"^(?:prompts|tests|scenarios|defaultTest|providers):", re.MULTILINE)
_LINE = re.compile(r"line (\d+)\.?(.*)")
_HEAD_MAX = 20_000


def kind_of(text: str, name: str = "") -> Format | None:
    """Return what a text is: by the name of its file, else by how it begins; None for the rows of a spreadsheet.

    >>> kind_of("prompts: [Hello]"), kind_of('{"input": "x"}'), kind_of("name,input"), kind_of("a: b", "tests.yaml")
    (<Format.PROMPTFOO: 'promptfoo'>, <Format.JSONL: 'jsonl'>, None, <Format.PROMPTFOO: 'promptfoo'>)
    """
    try:
        found = format_of(name) if name else None
    except InvalidInput:
        found = None
    head = text[:_HEAD_MAX].lstrip("\ufeff")
    if found is None and head.lstrip().startswith("{"):
        found = Format.JSONL
    elif found is None and _CONFIGURATION.search(head):
        found = Format.PROMPTFOO
    if found in (None, Format.CSV):
        return Format.CSV if _OWN_HEADING.search(head.partition("\n")[0]) else None
    return found


def read_text(text: str, name: str = "", judge_agent_id: int | None = None) -> Pasted:
    """Read cases.

    Args:
        text: What was pasted, or what a file holds.
        name: The name of the file; empty for none.
        judge_agent_id: Who judges what a configuration of promptfoo has a model grade; None for nobody.

    Raises:
        InvalidInput: It does not fit; the line is named.
    """
    kind = kind_of(text, name)
    if kind is None:
        return read_rows(text)
    found = read_cases_file(kind, text, judge_agent_id=judge_agent_id)
    unmapped = list(found.unmapped)
    if found.repeats > 1:
        words = Phrase("It wants {n} repeats. Set them in the settings of the suite.", n=found.repeats)
        unmapped.append(Unmapped("evaluateOptions.repeat", words))
    return Pasted(tuple(CaseForm.of(each, "") for each in found.cases), unmapped=tuple(unmapped))


def say_unmapped(language: str, found: Unmapped) -> tuple[str, str]:
    """Return what makes nothing, and why, in a language."""
    return say_phrase(language, found.place), say_phrase(language, found.reason)


def say_file_problem(language: str, error: HubError) -> str:
    """Return why a text cannot be read, in a language; of what its line holds, by the field that does not fit."""
    place = _LINE.fullmatch(error.field) if isinstance(error, InvalidInput) else None
    if place is None or not isinstance(error, InvalidInput) or isinstance(error.message, Phrase) or language == SOURCE:
        return say_error(language, error)
    member = re.split(r"[.\[]", place[2].rpartition(".")[2])[0] or "cases"
    return f"{say_phrase(language, line_of(int(place[1])))}: {say_problem(language, member, error)}"
