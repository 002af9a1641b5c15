"""A suite: cases that agents or workflows are tested on, and what is to come of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from execution_hub.domain.check import Check, check_number, read_checks, stored_check
from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.execution import INPUT_MAX, check_input
from execution_hub.domain.kinds import check_flag, check_id, check_range
from execution_hub.domain.schedule import check_schedule, next_time
from execution_hub.domain.target import Target, read_targets
from execution_hub.domain.texts import check_name, check_text
from execution_hub.domain.trigger import NotStarted
from execution_hub.domain.variables import fill, read_variables
from execution_hub.errors import InvalidInput

NAME_MAX = 120
DESCRIPTION_MAX = 2_000
CASES_MAX = 2_000
# Of all inputs, variables, golden answers and checks of a suite together, in UTF-8.
CASES_MAX_BYTES = 20_000_000
TAGS_MAX = 20
TAG_MAX = 40
REPEATS_MAX = 100
# Cases times targets times repeats: what one run may be made of.
CELLS_MAX = 10_000
MAX_COST_MAX_USD = 100_000
MAX_SECONDS_MAX = 86_400
_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Case:
    """A case, checked.

    Attributes:
        name: What people call it; unique in its suite.
        input: What is to be answered, 1 to 200 000 characters.
        checks: What the answer must be; one without any passes if its execution succeeds.
        tags: Words to find it by.
        golden: The answer it is held against where a check needs one; None for none.
        execution_id: The execution it was pinned from; None for none.
        variables: Texts by name, which `{{ name }}` in the input stands for; without any the input is as it is.
        min_score: Which share of the checks, by weight, must pass: 0 to 1.
    """

    name: str
    input: str
    checks: tuple[Check, ...] = ()
    tags: tuple[str, ...] = ()
    golden: str | None = None
    execution_id: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    min_score: float = 1.0

    def as_json(self) -> dict[str, Any]:
        """Return the case as on the wire."""
        return {
            "name": self.name,
            "input": self.input,
            "variables": dict(self.variables),
            "tags": list(self.tags),
            "golden": self.golden,
            "checks": [each.as_json() for each in self.checks],
            "min_score": self.min_score,
            "execution_id": self.execution_id,
        }


@dataclass(frozen=True, slots=True)
class SuiteDraft:
    """What a person says of a suite, checked.

    Attributes:
        name: What people call it.
        description: What it is for.
        targets: What is tested; each once. Objects as on the wire are read too.
        cases: On what; likewise.
        repeats: How often each case is run on each target, 1 to 100.
        pass_rate: Which share must pass, 0 to 1.
        on_save: Whether it runs when an agent it tests is saved.
        schedule: When it runs by itself: minute, hour, day of the month, month, day of the week, in UTC, as cron has
            them; None for never.
        max_cost_usd: At what cost a run begins no further cases; None for no such limit.
        max_seconds: After what time a run begins no further cases; None for no such limit.

    Raises:
        InvalidInput: A value does not fit; the place is named.
    """

    name: str
    description: str = ""
    targets: tuple[Target, ...] = ()
    cases: tuple[Case, ...] = ()
    repeats: int = 1
    pass_rate: float = 1.0
    on_save: bool = False
    schedule: str | None = None
    max_cost_usd: float | None = None
    max_seconds: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", check_name("name", self.name, NAME_MAX))
        check_text("description", self.description, DESCRIPTION_MAX)
        object.__setattr__(self, "targets", read_targets(self.targets))
        object.__setattr__(self, "cases", checked_cases(self.cases))
        check_number("repeats", self.repeats, REPEATS_MAX, is_whole=True)
        check_range("repeats", self.repeats, REPEATS_MAX, least=1)
        check_number("pass_rate", self.pass_rate, 1)
        check_flag("on_save", self.on_save)
        if self.schedule is not None:
            check_schedule("schedule", self.schedule)
        for name, most in (("max_cost_usd", MAX_COST_MAX_USD), ("max_seconds", MAX_SECONDS_MAX)):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), most, is_open=True)
        cells = len(self.cases) * len(self.targets) * self.repeats
        if cells > CELLS_MAX:
            raise InvalidInput(
                "cases",
                f"{len(self.cases)} cases on {len(self.targets)} targets, {self.repeats} times each, are {cells} "
                f"executions. Leave some out: a run has at most {CELLS_MAX}.",
                limit=CELLS_MAX,
            )

    def content(self) -> dict[str, Any]:
        """Return what is kept of it as a version: all but the cases, of which it says only whether they changed."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "targets": [each.as_json() for each in self.targets],
            "cases_count": len(self.cases),
            "cases_digest": digest_of(self.cases),
        }


_PLAIN = ("name", "description", "repeats", "pass_rate", "on_save", "schedule", "max_cost_usd", "max_seconds")


@dataclass(frozen=True, slots=True)
class Suite:
    """A stored suite.

    Attributes:
        id: Its number, never used again.
        name to max_seconds: See SuiteDraft.
        cases: Its cases; none where only the suite itself was read, as for lists.
        cases_count: How many it has.
        agent_id: The agent whose own suite it is, which goes with it; None for one that people made.
        version: 1 when it was created, one more with every save that changed something.
        created_at, updated_at: Times in UTC.
        not_started: The last run that was to start by itself and did not; None once one did, or it was changed since.
    """

    id: int
    name: str
    description: str
    targets: tuple[Target, ...]
    repeats: int
    pass_rate: float
    on_save: bool
    schedule: str | None
    max_cost_usd: float | None
    max_seconds: float | None
    cases_count: int
    agent_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    not_started: NotStarted | None = None
    cases: tuple[Case, ...] = ()

    def with_cases(self, cases: Iterable[Case]) -> "Suite":
        """Return it with its cases."""
        return replace(self, cases=tuple(cases))

    @property
    def next_run_at(self) -> datetime | None:
        """When its schedule comes next; None without one."""
        return None if self.schedule is None else next_time(self.schedule, now())

    def draft(self, **changes: Any) -> SuiteDraft:
        """Return its values as a draft, some of them changed; checks them anew."""
        values = {name: getattr(self, name) for name in SuiteDraft.__dataclass_fields__}
        return SuiteDraft(**{**values, **changes})

    def as_json(self) -> dict[str, Any]:
        """Return the suite as on the wire."""
        return {
            "id": self.id,
            **{name: getattr(self, name) for name in _PLAIN},
            "targets": [each.as_json() for each in self.targets],
            "cases": [each.as_json() for each in self.cases],
            "cases_count": self.cases_count,
            "next_run_at": to_wire(self.next_run_at),
            "not_started": None if self.not_started is None else self.not_started.as_json(),
            "agent_id": self.agent_id,
            "version": self.version,
            "created_at": to_wire(self.created_at),
            "updated_at": to_wire(self.updated_at),
        }


def digest_of(cases: Iterable[Case]) -> str:
    """Return what cases are known by: the same for the same ones only."""
    found = hashlib.blake2b(digest_size=16)
    # Case by case: of all in one go, nobody else would have a turn meanwhile.
    for each in cases:
        found.update(f"{json.dumps(each.as_json(), ensure_ascii=False, sort_keys=True)}\n".encode())
    return found.hexdigest()


def stored_case(value: Mapping[str, Any]) -> Case:
    """Return a case that was read when it was stored: it is not looked at again."""
    return Case(
        value["name"],
        value["input"],
        tuple(stored_check(each) for each in value["checks"]),
        tuple(value["tags"]),
        value["golden"],
        value["execution_id"],
        value["variables"],
        value["min_score"],
    )


def read_case(where: str, value: object) -> Case:
    """Return a case.

    Args:
        where: How the caller calls it.
        value: An object as on the wire.

    Raises:
        InvalidInput: It is none; the member is named.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(where, f'{where} is no object. Give one, such as {{"name": "Paris", "input": "…"}}.')
    for member in value:
        if member not in Case.__dataclass_fields__:
            shown = str(member)[:_SHOWN_MAX]
            known = ", ".join(Case.__dataclass_fields__)
            raise InvalidInput(f"{where}.{shown}", f"{where} takes no {shown}. Give {known}.")
    for member in ("name", "input"):
        if not isinstance(value.get(member), str):
            raise InvalidInput(f"{where}.{member}", f"{where}.{member} is no text. Give one.")
    golden, execution_id = value.get("golden"), value.get("execution_id")
    try:
        check_input(value["input"])
        if golden is not None:
            if not isinstance(golden, str):
                raise InvalidInput("golden", "golden is no text. Give one, or null.")
            check_text("golden", golden, INPUT_MAX)
        if execution_id is not None:
            check_id("execution_id", execution_id)
        variables = read_variables("variables", value.get("variables", {}))
        fill(value["input"], variables)
        min_score = value.get("min_score", 1.0)
        check_number("min_score", min_score, 1)
        return Case(
            check_name("name", value["name"], NAME_MAX),
            value["input"],
            read_checks("checks", value.get("checks", ())),
            _read_tags(value.get("tags", ())),
            golden,
            execution_id,
            variables,
            float(min_score),
        )
    except InvalidInput as error:
        raise error.within(where) from None


def _read_tags(values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise InvalidInput("tags", 'tags is no list of texts. Give one, such as ["billing"].')
    found = tuple(dict.fromkeys(check_name("tags", each, TAG_MAX) for each in values))
    if len(found) > TAGS_MAX:
        raise InvalidInput("tags", f"tags has {len(found)} tags. Use at most {TAGS_MAX}.", limit=TAGS_MAX)
    return found


def checked_cases(values: object) -> tuple[Case, ...]:
    """Return the cases of a suite, checked each and together.

    Args:
        values: A list of Case, or of objects as on the wire.

    Raises:
        InvalidInput: One does not fit, two have the same name, or there are too many or too much of them; the place is
            named.
    """
    if not isinstance(values, list | tuple):
        raise InvalidInput("cases", "cases is no list. Give one, with name and input in each.")
    if len(values) > CASES_MAX:
        message = f"cases has {len(values)} cases. A suite has at most {CASES_MAX}: leave some out, or make two suites."
        raise InvalidInput("cases", message, limit=CASES_MAX)
    found: dict[str, Case] = {}
    size = 0
    for place, value in enumerate(values):
        where = f"cases[{place}]"
        case = value if isinstance(value, Case) else read_case(where, value)
        if case.name in found:
            first = list(found).index(case.name)
            raise InvalidInput(
                f"{where}.name", f"{where}.name is that of cases[{first}], too. Give each its own.", first=first
            )
        size += _size(case)
        if size > CASES_MAX_BYTES:
            raise InvalidInput(
                "cases",
                f"All inputs, variables, golden answers and checks have at most {CASES_MAX_BYTES} bytes together, and "
                f"these {size} up to {where}. Shorten some, or leave some out.",
                limit=CASES_MAX_BYTES,
            )
        found[case.name] = case
    return tuple(found.values())


def _size(case: Case) -> int:
    checks = json.dumps([each.as_json() for each in case.checks], ensure_ascii=False)
    return sum(len(each.encode()) for each in (case.input, case.golden or "", *case.variables.values(), checks))
