"""Words as plain text: those of every status and error, and in which language."""

from execution_hub import errors
from execution_hub.domain.condition import NEGATED, OPERATIONS
from execution_hub.domain.result import CheckResult
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.worker import WorkerStatus
from execution_hub.role import Role
from execution_hub.runners.left import CRASHED, CRASHED_ALONE, HANDED_OVER
from execution_hub.runners.reconciler import RUN_LOST
from execution_hub.views.workers import STOPPING
from execution_hub.words import by_value
from execution_hub.words.say import preferred_language, say, say_error_code, say_reason


def test_whatever_has_a_status_has_words() -> None:
    """A status or a condition that the domain knows is never shown as its code."""
    assert {*Status, *StepStatus} == set(by_value.STATUSES)
    assert {*WorkerStatus, STOPPING} == set(by_value.WORKER_STATUSES)
    assert {*Role} == set(by_value.WORKER_ROLES)
    assert {HANDED_OVER, CRASHED, CRASHED_ALONE, RUN_LOST} <= set(by_value.MOVE_REASONS)
    assert set(OPERATIONS) == set(by_value.OPERATIONS)
    assert set(OPERATIONS) - set(NEGATED) == set(by_value.CONDITIONS)


def kinds(kind: type[errors.HubError] = errors.HubError) -> list[type[errors.HubError]]:
    """Return a kind of error and all that are of it."""
    return [kind, *(each for below in kind.__subclasses__() for each in kinds(below))]


def test_every_error_of_an_execution_has_words() -> None:
    """A person reads why it failed in their own language."""
    assert {kind.code for kind in kinds(errors.ExecutionError)} <= set(by_value.ERRORS)
    assert say_error_code("zh", "no_api_key", "x") == say("zh", by_value.ERRORS["no_api_key"])
    assert say_error_code("zh", "unheard_of", "as it came") == "as it came"


def test_the_english_of_an_error_is_its_own_default_message() -> None:
    """What is translated is what it says of itself."""
    own = {(kind.code, (kind.__doc__ or "").strip().splitlines()[0]) for kind in kinds()}
    assert set(by_value.ERRORS.items()) - own == set()


def test_the_browsers_language_decides() -> None:
    """By weight, one of those there are; English where it asks for none of them, or says it wants none."""
    assert preferred_language("zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert preferred_language("de-DE,en;q=0.7,ZH-hans;q=0.9") == "zh"
    assert preferred_language("fr;q=0.9,zh;q=0,*;q=0.5", ("en", "zh")) == "en"
    assert preferred_language("fr-CA,en;q=0.8", ("en", "zh", "fr")) == "fr"
    assert preferred_language("en; q=0.5, zh; q=0.9") == "zh"
    assert preferred_language("zh;q=none,,;q=") == "en"
    assert preferred_language("en-GB,zh;q=0.5") == "en"
    assert preferred_language("") == "en"
    assert say("zh", "{n} running", n=3) == "3 个运行中"


def test_the_reason_of_a_check_is_said_in_the_language_of_the_page() -> None:
    """What a model that judged wrote is its own, in every language; so is what the catalogue does not know."""
    seen = CheckResult("max_chars", False, "English.", code="max_chars", values={"found": "5", "limit": "3"})
    assert say_reason("en", seen) == "English."
    assert say_reason("zh", seen) == "共 5 个字符；最多 3 个才对。"
    broken = CheckResult(
        "is_json", None, "English.", code="failed", values={"error": "Slow.", "error_code": "timed_out"}
    )
    assert "HUB_EXECUTION_TIMEOUT_SECONDS" in say_reason("zh", broken)
    assert say_reason("zh", CheckResult("judge", False, "It is rude.")) == "It is rude."
    assert say_reason("zh", CheckResult("is_json", None, "Of a later hub.", code="later")) == "Of a later hub."
