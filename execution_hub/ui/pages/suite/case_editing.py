"""Editing the cases of a suite: its table, and the one whose form is shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

import reflex as rx

from execution_hub.domain.check import TYPES
from execution_hub.domain.condition import OPERATIONS
from execution_hub.ui.handlers import assign, plain
from execution_hub.ui.pages.suite.saving import SuiteSaving
from execution_hub.ui.payload import Text
from execution_hub.views.suite_form import CASE_TEXTS, CaseForm, SuiteForm

# So many lines of the table are sent; the others stand on further pages.
PAGE = 50
Q_MAX = 200
_ID_DIGITS = 18
_CHECK_TEXTS = ("value", "weight", "field", "tool", "arguments", "at_least", "rubric")


class CaseEditing(SuiteSaving, mixin=True):
    """The part of the editor that changes cases; what follows from that, SuiteState shows.

    Attributes:
        selected: The key of the case whose form is shown; empty for none.
        page, pages: Which page of the table is shown, from 0, of how many.
        case_q: What the cases of the table hold.
        focus: Which field is to have the caret: see `focus_field`.
    """

    if TYPE_CHECKING:
        # What SuiteState does.
        async def _change(self, form: SuiteForm, *, is_other_case: bool = False) -> None: ...

    selected: str = ""
    page: int = 0
    pages: int = 1
    case_q: str = ""
    focus: str = ""

    _focus_count: int = 0

    @property
    def _typed(self) -> SuiteForm:
        form: SuiteForm = plain(self._form)
        return form

    # The table of cases

    @rx.event
    async def search_cases(self, word: Text) -> None:
        """Show the cases that hold a text."""
        assign(self, case_q=word.strip()[:Q_MAX], page=0)
        await self._show()

    @rx.event
    async def go_to_page(self, page: int) -> None:
        """Show another page of the table."""
        assign(self, page=max(0, min(page, self.pages - 1)))
        await self._show()

    @rx.event
    async def select_case(self, key: str) -> None:
        """Show the form of a case."""
        if self._typed.get(key) is not None:
            self.selected = key
            self._focus_field("case-name")
            await self._show(is_other_case=True)

    @rx.event
    async def close_case(self) -> None:
        """Show the form of no case."""
        self.selected = ""
        await self._show(is_other_case=True)

    @rx.event
    async def add_case(self) -> None:
        """Add a case at the end, and show its form."""
        await self._add([CaseForm(name="", input="")], named="new")

    @rx.event
    async def duplicate_case(self, key: str) -> None:
        """Add a case like another after it, and show its form."""
        found = self._typed.get(key)
        if found is not None:
            await self._add([replace(found, execution_id=0)], after=key)

    @rx.event
    async def remove_case(self, key: str) -> None:
        """Remove a case."""
        await self._change(self._typed.remove(key), is_other_case=key == self.selected)

    @rx.event
    async def move_case(self, key: str, by: int) -> None:
        """Move a case up or down by one place."""
        await self._change(self._typed.move(key, 1 if by > 0 else -1))

    async def _add(self, cases: list[CaseForm], *, after: str = "", named: str = "") -> None:
        form = self._typed
        if named:
            cases = [replace(each, name=f"{len(form.cases) + 1}") for each in cases]
        form, first = form.add(cases, after=after)
        places = [place for place, each in enumerate(form.cases) if each.key == first]
        assign(self, selected=first, case_q="", page=places[0] // PAGE if places else 0)
        self._focus_field("case-input" if named else "case-name")
        await self._change(form, is_other_case=True)

    # One case

    @rx.event
    async def change_case(self, key: str, field: str, text: Text) -> None:
        """Take what is typed into a field of a case."""
        case = self._typed.get(key)
        if case is not None and field in CASE_TEXTS and getattr(case, field) != text:
            await self._change(self._typed.with_case(case.change(**{field: text})))

    @rx.event
    async def add_check(self, kind: str) -> None:
        """Add a check to the case that is shown."""
        if kind in TYPES:
            form, key = self._typed.add_check(self.selected, kind)
            self._focus_field(f"check-{key}")
            await self._change(form)

    @rx.event
    async def remove_check(self, key: str) -> None:
        """Remove a check of the case that is shown."""
        case = self._typed.get(self.selected)
        if case is not None:
            left = tuple(each for each in case.checks if each.key != key)
            await self._change(self._typed.with_case(case.change(checks=left)))

    @rx.event
    async def change_check(self, key: str, field: str, text: Text) -> None:
        """Take what is typed into a field of a check, or chosen in it."""
        is_number = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
        is_known = {"type": text in TYPES, "op": text in OPERATIONS, "agent_id": is_number}
        case = self._typed.get(self.selected)
        if case is not None and (field in _CHECK_TEXTS or is_known.get(field, False)):
            await self._change(self._typed.with_case(case.change_check(key, **{field: text})))

    @rx.event
    async def toggle_not(self, key: str, is_not: bool) -> None:
        """Let a check pass where it would not, or no longer."""
        case = self._typed.get(self.selected)
        if case is not None:
            await self._change(self._typed.with_case(case.change_check(key, is_not=is_not)))

    def _focus_field(self, field_id: str) -> None:
        self._focus_count += 1
        self.focus = f"{field_id}#{self._focus_count}"
