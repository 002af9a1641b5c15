"""The form of a suite: what a person types in its editor, and what would be stored. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from execution_hub.domain.suite import DESCRIPTION_MAX, NAME_MAX, Case, Suite, SuiteDraft, read_case
from execution_hub.domain.target import Target, read_targets
from execution_hub.domain.texts import one_line
from execution_hub.errors import InvalidInput
from execution_hub.views.check_form import CheckForm, number_text, read_number
from execution_hub.views.fields import say_field_problem

# What a field of the settings holds as text, and what it is in a draft.
SETTINGS = ("name", "description", "repeats", "pass_rate", "schedule", "max_cost_usd", "max_seconds")
NEW_FIELDS = ("name", "description")
CASE_TEXTS = ("name", "input", "variables", "golden", "tags", "min_score")
_PERCENT_DIGITS = 8
_WORDS_MAX = 40


@dataclass(frozen=True, slots=True)
class CaseForm:
    """A case as it is typed: texts, as the fields hold them.

    Attributes:
        key: What tells it from all others, and stays when it is renamed or moved.
        name, input: As typed.
        variables: Each on a line, `name = value`; JSON where a value has lines of its own.
        golden: The golden answer; empty for none.
        tags: With commas between them.
        min_score: Which share of the checks must pass, in percent.
        checks: Its checks.
        execution_id: The execution it was pinned from; 0 for none.
        stored: The case that it was made from, as long as nothing was typed.
    """

    key: str = ""
    name: str = ""
    input: str = ""
    variables: str = ""
    golden: str = ""
    tags: str = ""
    min_score: str = "100"
    checks: tuple[CheckForm, ...] = ()
    execution_id: int = 0
    stored: Case | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, case: Case, key: str) -> Self:
        """Take what is typed from a case."""
        return cls(
            key,
            case.name,
            case.input,
            _variables_text(case.variables),
            case.golden or "",
            ", ".join(case.tags),
            percent_text(case.min_score),
            tuple(CheckForm.of(each, f"{key}-{place}") for place, each in enumerate(case.checks)),
            case.execution_id or 0,
            case,
        )

    def case(self) -> Case:
        """Return the case.

        Raises:
            InvalidInput: Something of it does not fit; the member is named, within `case`.
        """
        if self.stored is not None:
            return self.stored
        values: dict[str, Any] = {
            "name": self.name,
            "input": self.input,
            "variables": _read_variables(self.variables),
            "golden": self.golden or None,
            "tags": [word for each in self.tags.replace("，", ",").split(",") if (word := each.strip())],
            "min_score": read_percent(self.min_score),
            "checks": [_within(f"case.checks[{place}]", each) for place, each in enumerate(self.checks)],
        }
        if self.execution_id:
            values["execution_id"] = self.execution_id
        return read_case("case", values)

    def change(self, **values: Any) -> Self:
        """Return it with other texts."""
        return replace(self, stored=None, **values)

    def change_check(self, key: str, **values: Any) -> Self:
        """Return it with some fields of a check changed."""
        return self.change(checks=tuple(replace(each, **values) if each.key == key else each for each in self.checks))

    def holds(self, word: str) -> bool:
        """Tell whether its name, its input or a tag holds a text, whatever its case."""
        return any(word in text.casefold() for text in (self.name, self.tags, self.input))


@dataclass(frozen=True, slots=True)
class SuiteForm:
    """A suite as it is typed.

    Attributes:
        name, description, repeats, schedule, max_cost_usd, max_seconds: As typed.
        pass_rate: As typed, in percent.
        on_save: Whether it runs when an agent it tests is saved.
        targets: What is tested.
        cases: Its cases, in their order.
        next_key: The key of what is added next.
    """

    name: str = ""
    description: str = ""
    repeats: str = "1"
    pass_rate: str = "100"  # noqa: S105 - no password: a share
    on_save: bool = False
    schedule: str = ""
    max_cost_usd: str = ""
    max_seconds: str = ""
    targets: tuple[Target, ...] = ()
    cases: tuple[CaseForm, ...] = ()
    next_key: int = field(default=1, compare=False)

    @classmethod
    def of(cls, suite: Suite) -> Self:
        """Take what is typed from a suite with its cases."""
        return cls(
            suite.name,
            suite.description,
            str(suite.repeats),
            percent_text(suite.pass_rate),
            suite.on_save,
            suite.schedule or "",
            number_text(suite.max_cost_usd),
            number_text(suite.max_seconds),
            suite.targets,
            tuple(CaseForm.of(each, str(place)) for place, each in enumerate(suite.cases, 1)),
            len(suite.cases) + 1,
        )

    def draft(self) -> SuiteDraft:
        """Return what would be stored.

        Raises:
            InvalidInput: Something does not fit; the place is named, of a case as `cases[2].input`.
        """
        return SuiteDraft(
            name=self.name,
            description=self.description,
            # Checked anew: a model was typed.
            targets=tuple(read_targets([each.as_json() for each in self.targets])),
            cases=tuple(self._case(place, each) for place, each in enumerate(self.cases)),
            repeats=read_number(self.repeats, ""),
            pass_rate=read_percent(self.pass_rate),
            on_save=self.on_save,
            schedule=self.schedule.strip() or None,
            max_cost_usd=read_number(self.max_cost_usd, None),
            max_seconds=read_number(self.max_seconds, None),
        )

    def _case(self, place: int, form: CaseForm) -> Case:
        try:
            return form.case()
        except InvalidInput as error:
            field_name = error.field.replace("case", f"cases[{place}]", 1)
            details = {name: value for name, value in error.details.items() if name != "field"}
            raise InvalidInput(field_name, error.message, **details) from None

    def get(self, key: str) -> CaseForm | None:
        """Return a case; None if there is none with this key."""
        return next((each for each in self.cases if each.key == key), None)

    def fitting(self, word: str) -> list[int]:
        """Return the places of the cases that hold a text; of all without one."""
        wanted = word.strip().casefold()
        return [place for place, each in enumerate(self.cases) if not wanted or each.holds(wanted)]

    # Changes

    def with_values(self, **values: Any) -> Self:
        """Return it with other settings."""
        return replace(self, **values)

    def with_case(self, case: CaseForm) -> Self:
        """Return it with a case in the place of the one with its key."""
        return replace(self, cases=tuple(case if each.key == case.key else each for each in self.cases))

    def add(self, cases: Iterable[CaseForm], *, after: str = "") -> tuple[Self, str]:
        """Return it with more cases, each with a name of its own, and the key of the first of them.

        Args:
            cases: Cases without keys; one without a name is named by its first words.
            after: The key of the case they follow; empty for the last one.
        """
        names = {each.name for each in self.cases}
        number, made = self.next_key, list[CaseForm]()
        for each in cases:
            name = free_name(each.name.strip() or one_line(each.input[:_WORDS_MAX]).strip(), names)
            names.add(name)
            checks = tuple(replace(check, key=f"{number}-{place}") for place, check in enumerate(each.checks))
            made.append(each.change(key=str(number), name=name, checks=checks))
            number += 1
        places = [place for place, each in enumerate(self.cases, 1) if each.key == after]
        at = places[0] if places else len(self.cases)
        whole = (*self.cases[:at], *made, *self.cases[at:])
        return replace(self, cases=whole, next_key=number), made[0].key if made else ""

    def remove(self, key: str) -> Self:
        """Return it without a case."""
        return replace(self, cases=tuple(each for each in self.cases if each.key != key))

    def move(self, key: str, by: int) -> Self:
        """Return it with a case moved up (negative) or down."""
        keys = [each.key for each in self.cases]
        if key not in keys:
            return self
        at = keys.index(key)
        to = min(max(at + by, 0), len(keys) - 1)
        left = [each for each in self.cases if each.key != key]
        return replace(self, cases=(*left[:to], self.cases[at], *left[to:]))

    def add_check(self, key: str, kind: str) -> tuple[Self, str]:
        """Return it with one more check of a case, and the check's key."""
        case = self.get(key)
        if case is None:
            return self, ""
        check = CheckForm(f"{key}-n{self.next_key}", kind)
        changed = self.with_case(case.change(checks=(*case.checks, check)))
        return replace(changed, next_key=self.next_key + 1), check.key


def read_new(form: dict[str, Any]) -> dict[str, str]:
    """Read what the form of a new suite sent.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """
    values = {name: str(form.get(name, "")) for name in NEW_FIELDS}
    SuiteDraft(values["name"], values["description"])
    return values


def say_new_problem(language: str, error: InvalidInput, value: str) -> str:
    """Say what is wrong with a field of a new suite: see `say_field_problem`."""
    return say_field_problem(language, error, value, {"name": NAME_MAX, "description": DESCRIPTION_MAX})


def free_name(name: str, taken: set[str]) -> str:
    """Return a name that no other case has.

    >>> free_name("A", {"A", "A 2"}), free_name("B", {"A"})
    ('A 3', 'B')
    """
    name = name[:NAME_MAX].strip() or "1"
    if name not in taken:
        return name
    number = 2
    while (found := f"{name[: NAME_MAX - 6]} {number}") in taken:
        number += 1
    return found


def percent_text(share: float) -> str:
    """Return a share in percent, as a person would type it.

    >>> percent_text(1.0), percent_text(0.9), percent_text(0.333)
    ('100', '90', '33.3')
    """
    return number_text(round(share * 100, _PERCENT_DIGITS))


def read_percent(text: str) -> Any:
    """Return the share of a percentage; what is no number as it is, to be refused where it belongs.

    >>> read_percent("90 %"), read_percent("33.3"), read_percent("x")
    (0.9, 0.333, 'x')
    """
    found = read_number(text.strip().removesuffix("%"), "")
    return found if isinstance(found, str) else round(found / 100, _PERCENT_DIGITS)


def _within(place: str, form: CheckForm) -> dict[str, Any]:
    try:
        return form.as_json()
    except InvalidInput as error:
        raise error.within(place) from None


def _variables_text(variables: Mapping[str, str]) -> str:
    # A value with a line break, or with space around it, would be another one.
    if any(value != value.strip() or len(value.splitlines()) > 1 for value in variables.values()):
        return json.dumps(dict(variables), ensure_ascii=False, indent=2)
    return "\n".join(f"{name} = {value}" for name, value in variables.items())


def _read_variables(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidInput("case.variables", "variables is no JSON. Write name = value, each on a line.") from None
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise InvalidInput("case.variables", "variables has a line without =. Write name = value, each on a line.")
        found[name.strip()] = value.strip()
    return found
