"""The State of the form of a new agent or task."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar

import reflex as rx

from execution_hub.errors import InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.noun import Noun
from execution_hub.ui.handlers import language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import Failure, ask


class NewForm(rx.State, mixin=True):
    """A form above a list; the State has the var `failure` too.

    Attributes:
        noun: What it makes.
        problems: What is wrong with the fields.
    """

    noun: ClassVar[Noun]

    is_form_open: bool = False
    is_saving: bool = False
    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    def toggle_form(self) -> None:
        """Open the form, or close it."""
        self.is_form_open, self.problems = not self.is_form_open, {}

    @rx.event
    async def create(self, form: Form) -> AsyncIterator[Any]:
        """Store a new one and go to its page; else say what is wrong at its field."""
        self.problems, self.is_saving, noun = {}, True, self.noun
        yield

        async def store(hub: Hub) -> Any:
            return await getattr(hub, noun.catalogue).create(noun.draft(**noun.read_form(form)))

        made = await ask(self, store)
        if not isinstance(made, Failure):
            self.is_form_open = False
            yield rx.redirect(noun.path(made.id))
        elif isinstance(made.error, InvalidInput):
            self.problems = noun.say(await language_of(self), made.error, form)
        else:
            self.failure = made.text
        self.is_saving = False
