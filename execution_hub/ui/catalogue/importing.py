"""Files: giving one to the browser, and the State of a form that reads one."""

from typing import Any

import reflex as rx

from execution_hub.errors import HubError, InvalidInput
from execution_hub.ui.handlers import language_of
from execution_hub.ui.payload import Form
from execution_hub.views.json_file import FileError, FileProblem, write_file
from execution_hub.words.say import say_error


def json_download(exported: dict[str, Any], name: str) -> Any:
    """Return the event that gives what was exported to the browser as a file.

    Args:
        exported: JSON values.
        name: The file's.
    """
    return rx.download(data=write_file(exported), filename=name, mime_type="application/json")


class Importing(rx.State, mixin=True):
    """What the form that reads a file holds; what an import would do is the State's own.

    Attributes:
        is_importing: Whether the form is open.
        file_problems: What is wrong with the file, the first ones.
        notice: What kept it from being stored.
        is_storing: Whether it is being stored.
    """

    is_importing: bool = False
    file_problems: list[FileProblem] = []  # noqa: RUF012 - Reflex copies defaults
    notice: str = ""
    is_storing: bool = False

    async def _read(self, text: str, language: str) -> None:
        """Take a text, and say what its import would do.

        Raises:
            FileError: It is no such file.
            HubError: It cannot be looked at.
        """
        raise NotImplementedError

    @rx.event
    def begin(self) -> None:
        """Begin without a file, as the page is loaded."""
        self.reset()

    @rx.event
    def toggle_import(self) -> None:
        """Open the form that reads a file, or close it."""
        is_importing = not self.is_importing
        self.reset()
        self.is_importing = is_importing

    @rx.event
    async def read_text(self, form: Form) -> None:
        """Say what an import would do; nothing is stored. Or say what is wrong with the file, and where."""
        language = await language_of(self)
        self.file_problems, self.notice = [], ""
        try:
            await self._read(str(form.get("text", "")), language)
        except FileError as error:
            self.file_problems = error.problems
        except InvalidInput as error:
            self.file_problems = [FileProblem(error.field, error.message.removeprefix(f"{error.field}: "))]
        except HubError as error:
            self.file_problems = [FileProblem("", say_error(language, error))]
