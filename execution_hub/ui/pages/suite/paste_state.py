"""The State of the dialog that makes cases of pasted rows, and of files."""

import reflex as rx

from execution_hub.domain.suite import CASES_MAX
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.suite_files.formats import Format
from execution_hub.ui.handlers import assign, language_of, plain
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.payload import Text
from execution_hub.views.case_file import kind_of, read_text, say_file_problem, say_unmapped
from execution_hub.views.case_paste import Pasted, PastedRow

# Of what makes nothing; how many there are is told.
_UNMAPPED_SHOWN = 50
_NAME_MAX = 100


class PasteState(rx.State):
    """What was pasted, and what it would make.

    Attributes:
        text_key: Under another key the field begins anew.
        text: What it begins with.
        rows: The first rows.
        count: How many cases it makes.
        left_out, beyond: See Pasted.
        unknown: The headings that make nothing, as one text.
        unmapped: What else makes nothing, the first ones: each with why.
        unmapped_count: How many there are.
        is_configuration: Whether it is one of promptfoo, in which a model may judge.
        judge: Who does; empty for nobody.
        file_name: Which file it is of; empty for none.
    """

    is_open: bool = False
    text_key: str = ""
    text: str = ""
    rows: list[PastedRow] = []  # noqa: RUF012 - Reflex copies defaults
    count: int = 0
    left_out: int = 0
    beyond: int = 0
    unknown: str = ""
    unmapped: list[tuple[str, str]] = []  # noqa: RUF012
    unmapped_count: int = 0
    is_configuration: bool = False
    judge: str = ""
    file_name: str = ""
    problem: str = ""

    _pasted: Pasted = Pasted()
    _opened: int = 0
    _typed: str = ""

    @rx.event
    async def open(self) -> None:
        """Open the dialog with nothing in it."""
        await self._open("")

    @rx.event
    async def paste(self, text: Text) -> None:
        """Open the dialog with what was pasted onto the page."""
        if (await self.get_state(SuiteState)).is_loaded and not self.is_open:
            await self._open(text)

    @rx.event
    async def fill(self, text: Text, name: Text) -> None:
        """Put the text of a file into the dialog's field; opens it where a file was dropped onto the page."""
        if (await self.get_state(SuiteState)).is_loaded:
            await self._open(text, name[-_NAME_MAX:])

    @rx.event
    async def choose_judge(self, agent_id: str) -> None:
        """Say who judges what a configuration has a model grade."""
        self.judge = agent_id if agent_id.isascii() and agent_id.isdigit() and len(agent_id) <= 18 else ""
        await self._read(self._typed)

    @rx.event
    def close(self) -> None:
        """Close the dialog."""
        self._forget()

    @rx.event
    async def read(self, text: Text) -> None:
        """Show what the text of the field makes."""
        await self._read(text)

    @rx.event
    async def take(self) -> None:
        """Add the cases to the suite; they are not saved yet."""
        cases, suite = list(plain(self._pasted).cases), await self.get_state(SuiteState)
        if self.is_open and cases:
            self._forget()
            await suite._add(cases)

    async def _open(self, text: str, name: str = "") -> None:
        self._opened += 1
        self.file_name, self.judge = name, ""
        self.text, self.text_key, self.is_open = text, f"paste-{self._opened}", True
        await self._read(text)

    async def _read(self, text: str) -> None:
        problem, language, name = "", await language_of(self), self.file_name
        self._typed = text
        judge = int(self.judge) if self.judge else None
        try:
            pasted = await current_hub().pool.run(read_text, text, name, judge) if text.strip() else Pasted()
        except HubError as error:
            pasted, problem = Pasted(), say_file_problem(language, error)
        room = CASES_MAX - (await self.get_state(SuiteState)).case_count
        beyond = pasted.beyond + max(0, len(pasted.cases) - room)
        self._pasted = Pasted(pasted.cases[: max(0, room)])
        assign(
            self,
            rows=pasted.shown,
            count=len(self._pasted.cases),
            left_out=pasted.left_out,
            beyond=beyond,
            unknown=", ".join(pasted.unknown),
            unmapped=[say_unmapped(language, each) for each in pasted.unmapped[:_UNMAPPED_SHOWN]],
            unmapped_count=len(pasted.unmapped),
            is_configuration=kind_of(text, name) is Format.PROMPTFOO,
            problem=problem,
        )

    def _forget(self) -> None:
        self._pasted, self._typed = Pasted(), ""
        assign(self, is_open=False, text="", rows=[], count=0, left_out=0, beyond=0, unknown="", problem="")
        assign(self, unmapped=[], unmapped_count=0, is_configuration=False, judge="", file_name="")
