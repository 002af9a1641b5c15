"""A workflow as texts by field, to lay two of them side by side. Pure."""

import json
from collections.abc import Mapping

from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep
from execution_hub.views.two_drafts import changed_fields, join_named
from execution_hub.words.say import say

FIELDS = ("name", "description", "steps")


def texts_of(language: str, draft: WorkflowDraft, agents: Mapping[int, str]) -> dict[str, str]:
    """Return what a workflow holds, by the label of the field; each step is one.

    Args:
        language: The page's.
        draft: The workflow.
        agents: The names of the agents, by id.
    """
    texts = {
        say(language, "Name"): draft.name.strip(),
        say(language, "Description"): draft.description,
    }
    for step in draft.steps:
        texts[say(language, "Step {name}", name=step.name)] = _step(language, step, agents)
    texts[say(language, "Order of the steps")] = ", ".join(step.name for step in draft.steps)
    return texts


def changed(before: WorkflowDraft, after: WorkflowDraft) -> list[str]:
    """Return which fields of a workflow are others: `name`, `description`, `steps`."""
    return [
        name
        for name in changed_fields(before, after, FIELDS)
        if not (name == "name" and before.name.strip() == after.name.strip())
    ]


def mine_over(base: WorkflowDraft, mine: WorkflowDraft, theirs: WorkflowDraft) -> WorkflowDraft:
    """Return theirs with what was changed here saved over it; each step counts for itself.

    Args:
        base: What both began with.
        mine: What was made of it here.
        theirs: What somebody else has saved.
    """
    own = {name: getattr(mine, name) for name in changed(base, mine) if name != "steps"}
    return theirs.model_copy(update={**own, "steps": join_named(base.steps, mine.steps, theirs.steps)})


def _step(language: str, step: WorkflowStep, agents: Mapping[int, str]) -> str:
    """Write a step as lines; what is as usual is left out."""
    if step.type == APPROVAL:
        who = say(language, "Approval by a person")
    elif step.agent_id is None:
        who = say(language, "no agent")
    else:
        label = say(language, "Agent")
        who = f"{label}: {agents.get(step.agent_id, f'#{step.agent_id}')}"
    told = {
        say(language, "Waits for"): ", ".join(step.depends_on),
        say(language, "Runs"): json.dumps(step.when.model_dump(), ensure_ascii=False) if step.when else "",
        say(language, "Time limit, seconds"): "" if step.timeout_seconds is None else f"{step.timeout_seconds:g}",
        say(language, "Retries"): str(step.retries or ""),
    }
    lines = [f"{label}: {text}" for label, text in told.items() if text]
    return "\n".join([who, *lines, "", step.input])
