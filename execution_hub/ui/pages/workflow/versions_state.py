"""The State of the versions of the workflow of this page."""

from collections.abc import Mapping
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.workflow import WorkflowDraft
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.versions import Versions
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.views.differences import Texts
from execution_hub.views.workflow_conflict import texts_of


class WorkflowVersions(Versions, rx.State):
    """The versions of a workflow; each of its steps is told as a field of its own."""

    editor: ClassVar[Any] = WorkflowState

    def _catalogue(self, hub: Hub) -> Any:
        return hub.workflows

    def _on_page(self, editor: Any) -> WorkflowDraft:
        draft: WorkflowDraft = editor._form.draft()
        return draft

    async def _texts(self, hub: Hub, language: str, content: Mapping[str, Any], on_page: Any) -> tuple[Texts, Texts]:
        kept = WorkflowDraft.model_validate(content)
        found = await hub.agents.briefs(kept.agent_ids | on_page.agent_ids)
        agents = {each.id: each.name for each in found.values()}
        before, after = (texts_of(language, draft, agents) for draft in (kept, on_page))
        names = [*before, *(name for name in after if name not in before)]
        return {name: before.get(name, "") for name in names}, {name: after.get(name, "") for name in names}

    async def _tell_newer(self, editor: Any) -> None:
        await editor._note_newer()

    async def _show_restored(self, editor: Any, stored: Any) -> None:
        editor._begin(stored)
        editor._settle(stored, editor._form)
        await editor._show(is_other_step=True)
