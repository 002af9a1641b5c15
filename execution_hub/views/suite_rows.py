"""What pages show of suites: a card of the list, a line of the table of cases, a run. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from execution_hub.domain.execution import Execution
from execution_hub.domain.suite import Suite
from execution_hub.domain.target import Target
from execution_hub.domain.texts import one_line
from execution_hub.domain.verdict import CellOutcome, Verdict
from execution_hub.views.rows import ExecutionRow
from execution_hub.views.suite_form import CaseForm, percent_text
from execution_hub.views.texts import excerpt

_TEXT_MAX = 120
_CHECKS_SHOWN = 2
_TAGS_SHOWN = 3
_TARGETS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RunMark:
    """How a run of a suite stands.

    Attributes:
        id: The execution; 0 for none.
        status: Of the execution.
        at: When it was created, ISO 8601.
        verdict: `passed` or `failed`; empty where that is open, or nobody judged.
        rate: Its pass rate in percent; empty without a verdict.
        passed, total: How many cells passed, of how many; 0 without a verdict.
        done, cells: How many have ended, of how many.
        clock_from: What a ticking clock counts from.
        took, cost: How long it ran, and what it cost; empty before, and where nobody knows.
    """

    id: int = 0
    status: str = ""
    at: str = ""
    verdict: str = ""
    rate: str = ""
    passed: int = 0
    total: int = 0
    done: int = 0
    cells: int = 0
    clock_from: str = ""
    took: str = ""
    cost: str = ""

    @classmethod
    def of(cls, run: Execution, verdict: Verdict | None) -> "RunMark":
        """Take what is shown from a run and what came of it."""
        row = ExecutionRow.of(run)
        mark = cls(
            run.id,
            row.status,
            row.created_at,
            done=row.done,
            cells=row.total,
            clock_from=row.clock_from,
            took=row.duration_text,
            cost=row.cost_text if run.is_finished else "",
        )
        if verdict is None or verdict.pass_rate is None or not run.is_finished:
            return mark
        word = {True: "passed", False: "failed", None: ""}[verdict.is_pass]
        rate = percent_text(round(verdict.pass_rate, 3))
        return replace(mark, verdict=word, rate=rate, passed=verdict.passed, total=verdict.total)


@dataclass(frozen=True, slots=True)
class SuiteCard:
    """What the list shows of a suite.

    Attributes:
        id, name: As stored.
        description: Its first words.
        targets: The names of what it tests, the first ones.
        more_targets: How many there are besides those.
        cases: How many it has.
        needed: Which share must pass, in percent.
        on_save: Whether it runs when an agent it tests is saved.
        has_schedule: Whether it runs by itself.
        is_own: Whether it is that of an agent.
        can_run: Whether it has cases and targets.
        last: Its newest run.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    targets: str = ""
    more_targets: int = 0
    cases: int = 0
    needed: str = "100"
    on_save: bool = False
    has_schedule: bool = False
    is_own: bool = False
    can_run: bool = False
    last: RunMark = RunMark()

    @classmethod
    def of(cls, suite: Suite, target_name: Callable[[Target], str], last: RunMark) -> "SuiteCard":
        """Take what is shown from a suite of a list."""
        names = [target_name(each) for each in suite.targets[:_TARGETS_SHOWN]]
        return cls(
            suite.id,
            suite.name,
            excerpt(suite.description),
            ", ".join(names),
            max(0, len(suite.targets) - _TARGETS_SHOWN),
            suite.cases_count,
            percent_text(suite.pass_rate),
            suite.on_save,
            suite.schedule is not None,
            suite.agent_id is not None,
            bool(suite.cases_count and suite.targets),
            last,
        )


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the table of cases.

    Attributes:
        key: Of the case's form.
        number: Its place, from 1.
        name: As typed.
        input: The first words of its input.
        checks: What its first checks look at, in words.
        more_checks: How many checks it has besides those.
        tags: Its first tags.
        outcome: What came of it in the last run: `passed`, `failed` or `error`; empty if it was not run.
        outcome_text: How many of its cells passed, where it has several.
        is_bad: Whether something of it keeps the suite from being stored.
    """

    key: str = ""
    number: int = 0
    name: str = ""
    input: str = ""
    checks: list[str] | None = None
    more_checks: int = 0
    tags: list[str] | None = None
    outcome: str = ""
    outcome_text: str = ""
    is_bad: bool = False


def case_line(
    language: str, number: int, form: CaseForm, outcomes: Mapping[str, Mapping[CellOutcome, int]], *, is_bad: bool
) -> CaseLine:
    """Return a line of the table.

    Args:
        language: The page's.
        number: The place of the case, from 1.
        form: The case as it is typed.
        outcomes: How many cells of the last run came to what, by the name of the case.
        is_bad: Whether something of it keeps the suite from being stored.
    """
    counts = outcomes.get(form.name, {})
    total = sum(counts.values())
    tags = [word for each in form.tags.split(",") if (word := one_line(each))]
    return CaseLine(
        form.key,
        number,
        _first_words(form.name),
        _first_words(form.input),
        [each.words(language) for each in form.checks[:_CHECKS_SHOWN]],
        max(0, len(form.checks) - _CHECKS_SHOWN),
        tags[:_TAGS_SHOWN],
        _worst(counts.keys()),
        f"{counts.get(CellOutcome.PASSED, 0)}/{total}" if total > 1 else "",
        is_bad,
    )


def _worst(outcomes: Collection[CellOutcome]) -> str:
    order = (CellOutcome.FAILED, CellOutcome.ERROR, CellOutcome.PASSED)
    return next((each.value for each in order if each in outcomes), "")


def _first_words(text: str) -> str:
    return one_line(text[: 2 * _TEXT_MAX])[:_TEXT_MAX]


def names_of(targets: Mapping[Target, str]) -> Callable[[Target], str]:
    """Return what names a target; one that has gone by its number."""

    def name(target: Target) -> str:
        known = targets.get(replace(target, model=None), f"#{target.agent_id or target.workflow_id}")
        return f"{known} · {target.model}" if target.model else known

    return name


@dataclass(frozen=True, slots=True)
class TargetRow:
    """What is tested, as the settings show it: its name, where its page is, and on which model instead of its own."""

    name: str = ""
    path: str = ""
    model: str = ""
    is_agent: bool = True
    is_own: bool = False
