"""What a step is given and whether it runs: decided here if that is quick, else in a process of its own."""

import asyncio
from collections.abc import Mapping
from typing import Any

from execution_hub.domain.condition import Look, look_at
from execution_hub.domain.plan import Plan, templates_of
from execution_hub.domain.step import Step
from execution_hub.domain.template import fill_template, read_template
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead


async def plan_from(definition: dict[str, Any], pool: WorkPool) -> Plan:
    """Read the plan that an execution was stored with.

    Raises:
        TookTooLong: Its templates take too long to be read.
    """
    await read_ahead(pool, templates_of(definition))
    return Plan.from_json(definition)


class StepTexts:
    """The texts of one execution of a workflow."""

    def __init__(self, plan: Plan, text: str, pool: WorkPool) -> None:
        """Keep what they are made of.

        Args:
            plan: What the execution runs with.
            text: Its input.
            pool: Where long work is done.
        """
        self._plan = plan
        self._text = text
        self._pool = pool

    async def look(self, name: str, steps: Mapping[str, Step]) -> Look | None:
        """Answer the question of a pending step, if it is to be decided: see Plan.question.

        Raises:
            TookTooLong: It took too long.
        """
        question = self._plan.question(name, steps)
        if question is None:
            return None
        when, output = question
        if not when.is_light(output):
            return await self._pool.run(look_at, when, output)
        # Many quick ones take long together: others have their turn between.
        await asyncio.sleep(0)
        return when.look(output)

    async def fill(self, name: str, steps: Mapping[str, Step]) -> str:
        """Return the input of a step: see Plan.fill.

        Raises:
            TemplateProblem: It cannot be filled.
            TookTooLong: It took too long.
        """
        source, outputs = self._plan.steps[name].input, self._plan.outputs_for(name, steps)
        template = read_template(source)
        if not template.is_light(self._text, outputs):
            return await self._pool.run(fill_template, source, self._text, outputs)
        await asyncio.sleep(0)
        return template.render(self._text, outputs)
