"""The form of a workflow: what a person types in the editor, and what follows from it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from execution_hub.domain.condition import Condition
from execution_hub.domain.template import TemplateProblem, read_template
from execution_hub.domain.workflow import (
    AGENT,
    APPROVAL,
    STEP_NAME,
    STEP_NAME_MAX,
    Problem,
    WorkflowDraft,
    WorkflowStep,
)
from execution_hub.views.conditions import opposite
from execution_hub.views.template_names import output_of, rename_in_template

FIELDS = ("name", "agent_id", "input", "depends_on", "when", "timeout_seconds", "retries")

# A field that holds no number becomes one that is refused, under its own name.
_NO_NUMBER = -1


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step as it is typed: texts, as the fields hold them.

    Attributes:
        key: What tells it from all others, and stays when it is renamed.
        name: Its name as typed, good or not.
        ref: What the other steps call it: the last name that was good.
        type: `agent` or `approval`.
        agent_id: Who answers; empty for nobody.
        input: The template.
        depends_on: The refs of what must end first, besides what the template names.
        when_step: The ref of the step a condition looks at; empty for no condition.
        when_op, when_value, when_field: The condition; the field is empty for the whole output.
        is_else: Whether the step runs when the condition does not hold.
        timeout_seconds, retries: As typed.
    """

    key: str = ""
    name: str = ""
    ref: str = ""
    type: str = AGENT
    agent_id: str = ""
    input: str = ""
    depends_on: tuple[str, ...] = ()
    when_step: str = ""
    when_op: str = "contains"
    when_value: str = ""
    when_field: str = ""
    is_else: bool = False
    timeout_seconds: str = ""
    retries: str = "0"

    @classmethod
    def of(cls, step: WorkflowStep, key: str) -> Self:
        """Take what is typed from a step."""
        when = step.when or Condition(step="", op="contains", value="")
        return cls(
            key=key,
            name=step.name,
            ref=step.name,
            type=step.type,
            agent_id="" if step.agent_id is None else str(step.agent_id),
            input=step.input,
            depends_on=tuple(step.depends_on),
            when_step=when.step,
            when_op=when.op,
            when_value=when.value,
            when_field=when.field or "",
            is_else=when.is_not,
            timeout_seconds=_number_text(step.timeout_seconds),
            retries=str(step.retries),
        )

    def step(self, name: str) -> WorkflowStep:
        """Return the step under a name; what is no number becomes one that does not fit."""
        return WorkflowStep(
            name=name,
            type=self.type,
            agent_id=int(self.agent_id) if self.agent_id else None,
            input=self.input,
            depends_on=list(self.depends_on),
            when=self.condition,
            timeout_seconds=_read_number(float, self.timeout_seconds) if self.timeout_seconds.strip() else None,
            retries=_read_number(int, self.retries) if self.retries.strip() else 0,
        )

    @property
    def condition(self) -> Condition | None:
        """When it runs; None for always."""
        if not self.when_step:
            return None
        when = {"step": self.when_step, "op": self.when_op, "value": self.when_value, "not": self.is_else}
        return Condition.model_validate({**when, "field": self.when_field.strip() or None})

    @property
    def found(self) -> frozenset[str]:
        """The refs its template and its condition name: it waits for those anyway."""
        stated = {self.when_step} if self.when_step else set()
        try:
            return read_template(self.input).step_names | stated
        except TemplateProblem:
            return frozenset(stated)

    def with_ref(self, old: str, new: str) -> Self:
        """Return it calling another step by a new name."""
        return replace(
            self,
            input=rename_in_template(self.input, old, new),
            depends_on=tuple(new if each == old else each for each in self.depends_on),
            when_step=new if self.when_step == old else self.when_step,
        )


@dataclass(frozen=True, slots=True)
class WorkflowForm:
    """A workflow as it is typed.

    Attributes:
        name, description: Its texts.
        steps: Its steps, in the order in which they were added.
        next_key: The key of the next step.
    """

    name: str = ""
    description: str = ""
    steps: tuple[StepForm, ...] = ()
    next_key: int = 1

    @classmethod
    def of(cls, draft: WorkflowDraft) -> Self:
        """Take what is typed from a draft."""
        steps = tuple(StepForm.of(step, str(place)) for place, step in enumerate(draft.steps, 1))
        return cls(draft.name, draft.description, steps, len(steps) + 1)

    def draft(self) -> WorkflowDraft:
        """Return what would be stored."""
        return self._draft([step.name for step in self.steps])

    def _draft(self, names: Iterable[str]) -> WorkflowDraft:
        steps = [step.step(name) for step, name in zip(self.steps, names, strict=True)]
        return WorkflowDraft(name=self.name, description=self.description, steps=steps)

    def get(self, key: str) -> StepForm | None:
        """Return a step; None if there is none with this key."""
        return next((step for step in self.steps if step.key == key), None)

    # Changes

    def with_texts(self, **texts: Any) -> Self:
        """Return it with another name or description."""
        return replace(self, **texts)

    def change(self, key: str, **values: Any) -> Self:
        """Return it with some fields of a step changed; see `rename` for the name."""
        return replace(self, steps=tuple(replace(s, **values) if s.key == key else s for s in self.steps))

    def rename(self, key: str, name: str) -> Self:
        """Return it with a step renamed.

        What the other steps say of it follows as soon as the name is good and nobody else's; until then
        they go on to call it by the last name that was.
        """
        step = self.get(key)
        if step is None:
            return self
        others = {each.name for each in self.steps if each.key != key} | {e.ref for e in self.steps if e.key != key}
        if name == step.ref or name in others or not _is_good(name):
            return self.change(key, name=name)
        twins = [each for each in self.steps if each.ref == step.ref]
        # Of two with one name nobody knows which of them is meant.
        steps = [each if len(twins) > 1 else each.with_ref(step.ref, name) for each in self.steps]
        return replace(self, steps=tuple(steps)).change(key, name=name, ref=name)

    def add(self, kind: str, *, after: str = "", agent_id: str = "") -> tuple[Self, str]:
        """Return it with a new step, and that step's key.

        Args:
            kind: `agent` or `approval`.
            after: The key of the step whose output the new one takes, or, of an approval, what was approved; empty for
                the input of the workflow.
            agent_id: Who answers.
        """
        before, key = self.get(after), str(self.next_key)
        name = self._free_name("step_{n}" if kind == AGENT else "approval_{n}")
        template, depends_on = "{{ input }}", tuple[str, ...]()
        if before is not None and before.type == APPROVAL:
            # Its output is the person's comment, mostly none. What it asks about is what was approved.
            template, depends_on = self._asked_about(before), (before.ref,)
        elif before is not None:
            template = output_of(before.ref)
        step = StepForm(key, name, name, kind, agent_id if kind == AGENT else "", template, depends_on)
        return replace(self, steps=(*self.steps, step), next_key=self.next_key + 1), key

    def has_else(self, step: StepForm) -> bool:
        """Tell whether a step runs exactly where another one does not."""
        return step.condition is not None and opposite(step.condition) in [each.condition for each in self.steps]

    def add_else(self, key: str) -> tuple[Self, str]:
        """Return it with a step that runs exactly where another one does not, and that step's key.

        It begins as the same step under another name.

        Args:
            key: The step with a condition; without one nothing is added.
        """
        step = self.get(key)
        if step is None or step.condition is None:
            return self, key
        new_key, first = str(self.next_key), f"{step.ref[: STEP_NAME_MAX - 9]}_else"
        name = self._free_name(f"{first}_{{n}}", first)
        other = replace(step, key=new_key, name=name, ref=name, is_else=not step.is_else)
        return replace(self, steps=(*self.steps, other), next_key=self.next_key + 1), new_key

    def remove(self, key: str) -> Self:
        """Return it without a step.

        The others no longer wait for it; a template or a condition that names it is a mistake from now on,
        which only a person can put right.
        """
        step = self.get(key)
        if step is None:
            return self
        left = [each for each in self.steps if each.key != key]
        if step.ref not in {each.ref for each in left}:
            left = [replace(e, depends_on=tuple(ref for ref in e.depends_on if ref != step.ref)) for e in left]
        return replace(self, steps=tuple(left))

    def toggle_dependency(self, key: str, ref: str) -> Self:
        """Return it with a step that waits, or no longer waits, for another."""
        step = self.get(key)
        if step is None:
            return self
        wanted = {*step.depends_on} ^ {ref}
        places = {each.ref: place for place, each in enumerate(self.steps)}
        return self.change(key, depends_on=tuple(sorted(wanted, key=lambda each: (places.get(each, -1), each))))

    def _asked_about(self, approval: StepForm) -> str:
        """Return a template that takes all outputs which an approval asks about; of none, the workflow's input."""
        try:
            names = read_template(approval.input).step_names
        except TemplateProblem:
            names = frozenset()
        refs = [step.ref for step in self.steps if step.ref in names]
        return "\n\n".join(map(output_of, refs)) or "{{ input }}"

    def _free_name(self, pattern: str, first: str = "") -> str:
        taken = {name for step in self.steps for name in (step.name, step.ref)}
        names = (pattern.format(n=n) for n in range(1, len(taken) + 2))
        return first if first and first not in taken else next(name for name in names if name not in taken)

    # What follows from it

    def problems(self, agents: Mapping[int, object]) -> list[Problem]:
        """Return all that is wrong with it, in the order of its fields.

        While a name is not good, only that is told: the others still call the step by its last good one.

        Args:
            agents: The agents there are, by id.
        """
        found = [each for each in self.draft().problems(agents) if _is_name(each)]
        referred = self._draft(step.ref for step in self.steps)
        found += [each for each in referred.problems(agents) if not _is_name(each)]
        return sorted(found, key=_place)

    def links(self) -> list[tuple[str, str]]:
        """Return who waits for whom, as pairs of keys: the one before, the one that waits."""
        keys: dict[str, str] = {}
        for step in self.steps:
            keys.setdefault(step.ref, step.key)
        return [
            (keys[ref], step.key)
            for step in self.steps
            for ref in sorted(step.found | set(step.depends_on), key=lambda ref: int(keys.get(ref, 0)))
            if ref in keys
        ]


def _is_good(name: str) -> bool:
    return len(name) <= STEP_NAME_MAX and STEP_NAME.fullmatch(name) is not None


def _is_name(problem: Problem) -> bool:
    return problem.step is not None and problem.field == "name"


def _place(problem: Problem) -> tuple[int, int]:
    if problem.step is None:
        return -1, 0
    return problem.step, FIELDS.index(problem.field)


def _number_text(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if number.is_integer() else str(number)


def _read_number(kind: type[int] | type[float], text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return _NO_NUMBER
