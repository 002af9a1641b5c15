"""The cases of suites as files, in and out."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from execution_hub.domain.kinds import ID_MAX, check_id
from execution_hub.domain.naming import as_file_name, free_name
from execution_hub.domain.suite import Case, Suite, SuiteDraft
from execution_hub.errors import InvalidInput, TookTooLong
from execution_hub.hub.catalogue import Catalogue
from execution_hub.pool import WorkPool
from execution_hub.suite_files.formats import TOO_LONG, WRITTEN, Format, format_of, read_cases_file, write_cases_file
from execution_hub.suite_files.found import FoundSuite, Unmapped, in_place_of, joined

APPEND, REPLACE = "append", "replace"
MODES = (APPEND, REPLACE)
_NAMELESS = "Imported"


class SuiteFiles(Catalogue[Suite, SuiteDraft]):
    """Reads and writes files of cases; the reading, of what others wrote, is done in the pool."""

    _pool: WorkPool

    async def read_file(
        self, name: str, content: bytes | str, *, judge_agent_id: int | None = None
    ) -> tuple[list[Case], list[Unmapped]]:
        """Return the cases of a file, and what of it does not map; nothing is stored.

        Args:
            name: Its name, or its format: `jsonl`, `csv`, `promptfoo`.
            content: Its bytes, or its text.
            judge_agent_id: Who judges what a promptfoo configuration has a model grade; None for nobody.

        Raises:
            InvalidInput: It does not fit; the line is named.
        """
        found = await self._found(name, content, judge_agent_id)
        return found.cases, found.unmapped

    async def export(self, suite_id: int, kind: str) -> tuple[str, str]:
        """Return the cases of a suite as a file: its name, and its text, to be written as UTF-8.

        Args:
            suite_id: Which suite.
            kind: `jsonl` or `csv`.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: The kind is none that is written.
        """
        if kind not in WRITTEN:
            raise InvalidInput("format", f"format is none that is written. Use {', '.join(WRITTEN)}.")
        suite = await self.get(suite_id)
        text = await self._pool.run(write_cases_file, Format(kind), suite.cases)
        return f"{as_file_name(suite.name, 'suite')}.{kind}", text

    async def import_file(
        self,
        kind: str,
        content: bytes | str,
        *,
        name: str = "",
        description: str = "",
        targets: Sequence[Any] = (),
        repeats: int | None = None,
        judge_agent_id: int | None = None,
    ) -> tuple[Suite, list[Unmapped]]:
        """Store a suite with the cases of a file, and return it and what of the file does not map.

        Args:
            kind: The name of the file, or its format: as for `read_file`.
            content: Its bytes, or its text.
            name: What to call it; as the file calls itself if empty. With a number if another has that name.
            description: What it is for; as the file says if empty.
            targets: What it tests, as on the wire.
            repeats: How often each case is run; as the file says if omitted.
            judge_agent_id: As for `read_file`.

        Raises:
            InvalidInput: It does not fit; the field, or the line, is named.
        """
        found = await self._found(kind, content, judge_agent_id)
        taken = await self._database.aread(lambda connection: self._table.names(connection, ID_MAX)[0])
        wanted = name.strip() or found.name or _NAMELESS
        draft = SuiteDraft(
            free_name(wanted, [each for _, each in taken]),
            description or found.description,
            tuple(targets),
            tuple(found.cases),
            found.repeats if repeats is None else repeats,
        )
        return await self.create(draft), found.unmapped

    async def import_into(
        self,
        suite_id: int,
        kind: str,
        content: bytes | str,
        *,
        mode: str = APPEND,
        judge_agent_id: int | None = None,
        version: int | None = None,
    ) -> tuple[Suite, list[Unmapped]]:
        """Give a suite the cases of a file, and return it and what of the file does not map.

        Args:
            suite_id: Which suite.
            kind: The name of the file, or its format: as for `read_file`.
            content: Its bytes, or its text.
            mode: `append`, where a case whose name is taken gets a number, or `replace`.
            judge_agent_id: As for `read_file`.
            version: The version of the suite the person saw; None for any.

        Raises:
            NotFound: There is no such suite.
            InvalidInput: It does not fit; the field, or the line, is named.
            Stale: It has another version, or was saved meanwhile.
        """
        if mode not in MODES:
            raise InvalidInput("mode", f"mode is none of {', '.join(MODES)}. Use one of them.")
        current = await self.get(suite_id)
        found = await self._found(kind, content, judge_agent_id)
        cases = (joined if mode == APPEND else in_place_of)(current.cases, found.cases)
        seen = current.version if version is None else version
        return await self.update(suite_id, {"cases": tuple(cases)}, version=seen), found.unmapped

    async def _found(self, name: str, content: bytes | str, judge_agent_id: int | None) -> FoundSuite:
        format_of(name)
        if judge_agent_id is not None:
            check_id("judge_agent_id", judge_agent_id)
        try:
            return await self._pool.run(partial(read_cases_file, judge_agent_id=judge_agent_id), name, content)
        except TookTooLong:
            raise InvalidInput("text", TOO_LONG) from None
