"""What is wrong with a suite: at which field of its editor, and in which words. Pure."""

import re
from dataclasses import dataclass

from execution_hub.domain import check as check_limits
from execution_hub.domain import suite as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.errors import InvalidInput
from execution_hub.views.suite_form import SuiteForm
from execution_hub.words.catalogue import SOURCE
from execution_hub.words.of_suites import SUITE_PROBLEMS
from execution_hub.words.say import say

_LIMITS = {
    "name": limits.NAME_MAX,
    "description": limits.DESCRIPTION_MAX,
    "repeats": limits.REPEATS_MAX,
    "max_cost_usd": limits.MAX_COST_MAX_USD,
    "max_seconds": limits.MAX_SECONDS_MAX,
    "input": INPUT_MAX,
    "golden": INPUT_MAX,
    "tags": limits.TAGS_MAX,
    "checks": check_limits.CHECKS_MAX,
    "weight": check_limits.WEIGHT_MAX,
    "rubric": check_limits.RUBRIC_MAX,
}
# Their limits are in percent on the page, and a share in the hub's own words.
_OWN_WORDS = ("pass_rate", "min_score")
_CASE = re.compile(r"cases\[(\d+)\](?:\.(.*))?")
_CHECK = re.compile(r"checks\[(\d+)\](?:\.([a-z_]+))?.*")
_PLACES = re.compile(r"^(?:[\w\[\].]+: )+")


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """Something that keeps a suite from being stored.

    Attributes:
        case: The key of the case it is in; empty for the suite's own fields.
        field: Which field: of a check, its key, a point and the member.
        text: In words.
    """

    case: str
    field: str
    text: str


def find_problem(language: str, error: InvalidInput, form: SuiteForm) -> FoundProblem:
    """Say what is wrong, and where.

    Args:
        language: The page's.
        error: What the domain or the hub said of the form's draft.
        form: What was typed.
    """
    in_case = _CASE.fullmatch(error.field)
    if in_case is None or int(in_case[1]) >= len(form.cases):
        member = error.field.partition("[")[0].partition(".")[0]
        return FoundProblem("", member, say_problem(language, member, error))
    case, path = form.cases[int(in_case[1])], in_case[2] or "name"
    in_check = _CHECK.fullmatch(path)
    if in_check is None or int(in_check[1]) >= len(case.checks):
        member = path.partition(".")[0].partition("[")[0]
        return FoundProblem(case.key, member, say_problem(language, member, error))
    member = (in_check[2] or "value").replace("not", "value")
    return FoundProblem(case.key, f"{case.checks[int(in_check[1])].key}.{member}", say_problem(language, member, error))


def say_problem(language: str, member: str, error: InvalidInput) -> str:
    """Say what is wrong with a field.

    Args:
        language: In which.
        member: The field, as on the wire; of a check, its member.
        error: What the domain said.
    """
    if "character" in error.details:
        return say(
            language,
            "Remove the character {character}: it is a control character, or turns text around.",
            character=error.details["character"],
        )
    if "first" in error.details:
        return say(language, "Case {n} is called so, too. Give each its own name.", n=error.details["first"] + 1)
    if error.details.get("json"):
        place = {name: error.details[name] for name in ("line", "column")}
        return say(language, "This is no JSON: line {line}, column {column}.", **place)
    if member in SUITE_PROBLEMS and (language != SOURCE or member in _OWN_WORDS):
        return say(language, SUITE_PROBLEMS[member], n=_LIMITS.get(member, ""))
    # The hub's own words are the most exact; where it is, the page shows.
    return _PLACES.sub("", error.message)
