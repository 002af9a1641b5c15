"""What a suite may test, and what that is called: agents and workflows."""

from collections.abc import Callable, Iterable

from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.offers import OFFERS_MAX, Offers
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.suite_rows import names_of
from execution_hub.views.workflow_view import Option
from execution_hub.words.say import say

AGENT, WORKFLOW = "agent", "workflow"


async def target_names(hub: Hub, targets: Iterable[Target]) -> Callable[[Target], str]:
    """Return what names some targets, as they are called now."""
    wanted = list(targets)
    agents = await hub.agents.briefs({each.agent_id for each in wanted if each.agent_id is not None})
    workflows = await hub.workflows.some({each.workflow_id for each in wanted if each.workflow_id is not None})
    found = {Target(agent_id=each.id): each.name for each in agents.values()}
    return names_of({**found, **{Target(workflow_id=each.id): each.name for each in workflows.values()}})


def read_target(value: str) -> Target | None:
    """Return the target that an option stands for; None if it is no option.

    >>> read_target("agent-3"), read_target("x")
    (Target(agent_id=3, workflow_id=None, model=None), None)
    """
    kind, _, number = value.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return {AGENT: Target(agent_id=int(number)), WORKFLOW: Target(workflow_id=int(number))}.get(kind)


class TargetOffers(Offers, mixin=True):
    """A choice among agents and workflows, and one among agents alone, who may judge.

    Attributes:
        judges: The agents.
    """

    judges: list[Option] = []  # noqa: RUF012 - Reflex copies defaults

    async def _read_offers(self) -> Failure | None:
        q = self.offers_word

        async def read(hub: Hub) -> tuple[list[tuple[int, str]], list[tuple[int, str]], bool]:
            agents, are_more = await hub.agents.names(limit=OFFERS_MAX, q=q)
            workflows, has_more = await hub.workflows.names(limit=OFFERS_MAX, q=q)
            return agents, workflows, are_more or has_more

        found = await ask(self, read)
        if isinstance(found, Failure):
            return found
        agents, workflows, has_more = found
        language = await language_of(self)
        self._first_offers = [
            *(Option(f"{AGENT}-{number}", name) for number, name in agents),
            *(
                Option(f"{WORKFLOW}-{number}", say(language, "Workflow: {name}", name=name))
                for number, name in workflows
            ),
        ]
        assign(self, has_more_offers=has_more, judges=[Option(str(number), name) for number, name in agents])
        await self._offer()
        return None
