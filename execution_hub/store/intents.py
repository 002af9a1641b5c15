"""What the writer is asked to do: every change of an execution is one of these values, or one of call_answers.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Generic, TypeVar

from execution_hub.domain.call import CallChange
from execution_hub.domain.event import NewEvent
from execution_hub.domain.execution import Execution, NewExecution
from execution_hub.domain.mark import Mark
from execution_hub.domain.result import ResultChange
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepChange
from execution_hub.domain.verdict import TargetVerdict

T = TypeVar("T")


HUB = "hub"
"""Who wants what nobody asked for: the hub itself, for its runs."""


@dataclass(frozen=True, slots=True)
class Intent(Generic[T]):
    """A change that somebody wants, and what it becomes: see store/writes.py.

    Attributes:
        actor: Who wants it.
        is_urgent: Whether it is written at once, without those that will come in the same 10 ms.
    """

    is_urgent: ClassVar[bool] = False

    actor: str = field(default=HUB, kw_only=True)

    @property
    def rows(self) -> tuple[int, ...]:
        """The executions it may change; not those that are new."""
        return ()

    @property
    def places(self) -> int:
        """How many places in the queue it may take: one for each execution that is new."""
        return 0


@dataclass(frozen=True, slots=True)
class OfExecution(Intent[T]):
    """A change of one execution.

    Attributes:
        execution_id: Which one.
    """

    execution_id: int

    @property
    def rows(self) -> tuple[int, ...]:
        """See Intent."""
        return (self.execution_id,)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission became.

    Attributes:
        execution: The execution.
        is_new: Whether it was stored now, and not before under the same key.
    """

    execution: Execution
    is_new: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a change became.

    Attributes:
        execution_id: Whose.
        last_seq: The last number of its log.
        attempt: Its attempt.
        changed: The hub-wide number, if lists must hear of it.
        execution: The execution whole, if the change set it running: whoever claims it need not ask again.
        ended: Its type and how it ended, if the change ended it.
    """

    execution_id: int
    last_seq: int
    attempt: int
    changed: int | None
    execution: Execution | None = None
    ended: tuple[str, Status] | None = None


@dataclass(frozen=True, slots=True)
class Submit(Intent[Submitted]):
    """Store a new execution at the end of the queue, once for each idempotency key.

    Refused with Conflict when its key was used for another request, with QueueFull when too many are pending.

    Attributes:
        new: What is to be stored, checked already.
    """

    new: NewExecution

    @property
    def places(self) -> int:
        """See Intent."""
        return 1


@dataclass(frozen=True, slots=True)
class SubmitBatch(Intent[list[Submitted]]):
    """Store new executions under one number (`batch_id`), all of them or none; the first one holds the key of all.

    Refused as Submit: with QueueFull when there is not room for all.

    Attributes:
        new: What is to be stored, checked already, in the order of the queue; at least one.
    """

    new: tuple[NewExecution, ...]

    @property
    def places(self) -> int:
        """See Intent."""
        return len(self.new)


@dataclass(frozen=True, slots=True)
class Change(OfExecution[Recorded | None]):
    """One change of one execution, written in one statement with its events.

    Becomes None, and nothing is written, if the execution is not where the change expects it: another attempt has
    it, or it has ended.

    Attributes:
        target: The status it gets, or None to keep it.
        fence: The attempt that writes; None where no runner writes. With a fence and no target the
            execution must be running.
        segment: The segment it must be in; None for any.
        crashes_below: How often its process must have died under it at most, and one; None where it does not matter.
        waiting: The approvals that must be unanswered, and no others: an answer that came meanwhile must
            not be slept through. None where it does not matter.
        waiting_calls: The calls that must still need a person, for the same reason; None where it does not matter.
        reason: Why the status moves, for the log; empty where it needs no words.
        told: What else the log says of the move.
        steps: What changes of its steps.
        calls: What changes of its calls.
        events: What goes into its log.
        values: Columns to set besides.
        results: What changes of its results.
        verdicts: What came of its targets, in the place of what was stored; empty for no change.
        is_visible: Whether lists and monitors must hear of it: gives it a new `changed`.
    """

    target: Status | None = None
    fence: int | None = None
    segment: int | None = None
    crashes_below: int | None = None
    waiting: frozenset[str] | None = None
    waiting_calls: frozenset[int] | None = None
    reason: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()
    steps: tuple[StepChange, ...] = ()
    calls: tuple[CallChange, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    results: tuple[ResultChange, ...] = ()
    verdicts: tuple[TargetVerdict, ...] = ()
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Cancel(OfExecution[Execution]):
    """End what has not begun or waits; ask what runs to stop. Asking twice changes nothing.

    Becomes the execution afterwards: cancelled, or running with `cancel_requested_at`. Refused with NotFound where
    there is none, with Conflict where it has ended in another way.
    """

    # Tokens are bought until it is heard of.
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Answer(OfExecution[Execution]):
    """Answer an approval; an execution that waits goes back to the queue, one that runs hears of it.

    Becomes the execution afterwards. Refused with NotFound where there is no such step, with Conflict where it does
    not wait for a person, or asks about something else by now.

    Attributes:
        name: Which step.
        is_approved: Yes or no.
        comment: What the person says to it.
        round: The round that the person has seen; None for whichever there is.
    """

    name: str
    is_approved: bool
    comment: str = ""
    round: int | None = None


@dataclass(frozen=True, slots=True)
class SendBack(OfExecution[Execution]):
    """Have agents answer again before an approval, with a remark, and let all that follows them follow again.

    Becomes the execution afterwards: back in the queue, or running on, in which case its runner hears of it. Refused
    with NotFound where there is no such step, with Conflict where it does not wait for a person, no agent has answered
    directly before it, or one of the steps has had its rounds.

    Attributes:
        name: Which approval.
        before: The agents' steps it directly depends on, and for each all that follows it: see Plan.before.
        remark: What the person says to them.
        round: The round of the approval that the person has seen; None for whichever there is.
    """

    name: str
    before: Mapping[str, frozenset[str]]
    remark: str
    round: int | None = None


@dataclass(frozen=True, slots=True)
class SetMark(OfExecution[Execution]):
    """Say of an ended execution whether it is right, and why; the same again changes nothing.

    Becomes the execution afterwards. Refused with NotFound where there is none, with Conflict where it has not ended.

    Attributes:
        mark: What is said of it; None for nothing any more.
        note: Why; None for no words.
    """

    mark: Mark | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Delete(Intent[list[Recorded]]):
    """Take ended executions out of sight, for good after a while; all of them or none.

    Refused with NotFound where one is not there, with Conflict where one has not ended.

    Attributes:
        execution_ids: Which ones.
    """

    execution_ids: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """See Intent."""
        return self.execution_ids


@dataclass(frozen=True, slots=True)
class Restore(Intent[list[Recorded]]):
    """Bring deleted executions back; all of them or none.

    Refused with NotFound where one was not deleted, or too long ago.

    Attributes:
        execution_ids: Which ones.
        within: How long after the deletion this is possible.
    """

    execution_ids: tuple[int, ...]
    within: timedelta

    @property
    def rows(self) -> tuple[int, ...]:
        """See Intent."""
        return self.execution_ids
