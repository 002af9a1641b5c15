"""The text of a file: its bytes, whatever program wrote them."""

import codecs

from execution_hub.domain.suite import CASES_MAX_BYTES
from execution_hub.errors import InvalidInput
from execution_hub.words.marking import Phrase

# All texts of the largest suite, and as much again for quotes and checks.
FILE_MAX_BYTES = 2 * CASES_MAX_BYTES
# UTF-32 before UTF-16, whose mark it begins with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes, most: int = FILE_MAX_BYTES) -> str:
    """Return the text of a file: as its byte order mark says, else UTF-8.

    Args:
        data: The file.
        most: The most bytes it may have.

    Raises:
        InvalidInput: It is too large, or no such text.
    """
    if len(data) > most:
        raise InvalidInput(
            "text", Phrase("The file has {n} bytes. Use at most {limit}.", n=len(data), limit=most), limit=most
        )
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInput(
            "text",
            Phrase(
                "The file is no {encoding}, in line {line}. Save it as UTF-8 and try again.",
                encoding=encoding.upper(),
                line=line,
            ),
        ) from None
