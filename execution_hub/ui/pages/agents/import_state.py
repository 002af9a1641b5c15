"""The State of the import of an agent: the file, what it would store, and storing that."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.agent import SIMULATED, AgentDraft
from execution_hub.domain.agent_file import AgentFile
from execution_hub.hub.hub import current_hub
from execution_hub.ui.catalogue.importing import Importing
from execution_hub.ui.handlers import assign, plain
from execution_hub.ui.offered_tools import offered_servers
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import agent_path
from execution_hub.views.file_tools import file_tools
from execution_hub.views.import_preview import AgentPreview
from execution_hub.views.json_file import read_file
from execution_hub.views.texts import excerpt
from execution_hub.words.marking import N_

_WORKFLOW = ("steps", N_("This is a workflow. Import it on the page of workflows."))


class AgentImportState(Importing, rx.State):
    """What the form that reads an agent holds."""

    preview: AgentPreview = AgentPreview()

    _file: AgentFile | None = None

    async def _read(self, text: str, language: str) -> None:
        file = read_file(AgentFile, text, language, other=_WORKFLOW)
        agents = current_hub().agents
        planned = await agents.plan_import(file)
        draft = AgentDraft(**{name: planned[name] for name in AgentDraft.__dataclass_fields__})
        self._file = file
        self.preview = AgentPreview(
            draft.name,
            file.model_dump()["name"].strip(),
            draft.model,
            draft.model == SIMULATED,
            agents.missing_key(draft.model),
            excerpt(draft.system_prompt),
            draft.max_tokens,
            file_tools([draft], offered_servers()),
            len(file.cases),
            draft.output_schema is not None,
        )

    @rx.event
    async def store(self) -> AsyncIterator[Any]:
        """Store what the preview shows, and go there."""
        file: AgentFile | None = plain(self._file)
        if self.is_storing or file is None:
            return
        self.is_storing, self.notice = True, ""
        yield
        stored = await ask(self, lambda hub: hub.agents.import_file(file))
        if isinstance(stored, Failure):
            self.notice, self.is_storing = stored.text, False
        else:
            self.reset()
            yield rx.redirect(agent_path(stored.id))

    @rx.event
    def back(self) -> None:
        """Go back to the text."""
        assign(self, preview=AgentPreview(), notice="")
