"""What a suite tests: agents, on their own models or on others, and workflows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agent import MODEL_MAX
from execution_hub.domain.kinds import check_id
from execution_hub.domain.texts import check_name
from execution_hub.errors import InvalidInput

TARGETS_MAX = 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested.

    Attributes:
        agent_id, workflow_id: An agent or a workflow, one of them.
        model: Which model the agent is run on instead of its own; None for its own. Only of an agent.
    """

    agent_id: int | None = None
    workflow_id: int | None = None
    model: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the target as on the wire: what it is not is left out."""
        names = Target.__dataclass_fields__
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def read_targets(values: object) -> tuple[Target, ...]:
    """Return the targets of a suite, each once.

    Args:
        values: A list of Target, or of objects as on the wire.

    Raises:
        InvalidInput: One does not fit, or there are too many; the place is named.
    """
    if not isinstance(values, list | tuple):
        raise InvalidInput("targets", 'targets is no list. Give one, such as [{"agent_id": 1}].')
    if len(values) > TARGETS_MAX:
        message = f"targets has {len(values)} targets. Use at most {TARGETS_MAX}."
        raise InvalidInput("targets", message, limit=TARGETS_MAX)
    found: list[Target] = []
    for place, value in enumerate(values):
        target = value if isinstance(value, Target) else _read_target(f"targets[{place}]", value)
        if target in found:
            raise InvalidInput(
                f"targets[{place}]", f"targets[{place}] is targets[{found.index(target)}], too. Leave one of them out."
            )
        found.append(target)
    return tuple(found)


def _read_target(where: str, value: object) -> Target:
    # What is null is not there: so it is read from a target that names all of its members.
    given = {name: each for name, each in value.items() if each is not None} if isinstance(value, Mapping) else {}
    if set(given) not in ({"agent_id"}, {"agent_id", "model"}, {"workflow_id"}):
        raise InvalidInput(
            where,
            f'{where} is no target. Give {{"agent_id": …}}, {{"agent_id": …, "model": …}} or {{"workflow_id": …}}.',
        )
    for name in set(given) - {"model"}:
        check_id(f"{where}.{name}", given[name])
    if "model" in given:
        given["model"] = check_name(f"{where}.model", given["model"], MODEL_MAX)
    return Target(**given)
