"""The one error tree. Only these cross a layer; doors turn them into words.

::

    HubError
    ├── SettingsError            a setting is wrong; the start stops
    ├── StartError               the hub cannot start: port, lock, database, pages
    ├── InvalidInput             422, names the field
    ├── NotSigned                401, whoever sent this does not know the secret
    ├── NotFound                 404
    ├── Conflict                 409
    ├── Stale                    412, somebody else has saved it meanwhile
    ├── QueueFull                429
    ├── Unavailable              503, the hub is stopping or its database is away
    └── ExecutionError           why an execution failed; its message is shown to a person
        ├── ModelError           the model's provider said no
        │   ├── MissingKey, BadKey, PermissionDenied, UnknownModel, InvalidRequest
        │   └── TransientModelError
        │       RateLimited, Overloaded, ProviderFault, ConnectionFailed, StreamCut, ModelTimeout
        ├── MalformedReply       the provider's stream was not understood
        ├── Refused              the model refused
        ├── NoAnswer             the model ended without an answer
        ├── CutOff               a limit cut the answer, and the agent wants whole ones
        ├── StepFailed, Rejected, StepInputTooLong, BlankInput, TemplateFailed: steps of a workflow
        ├── TookTooLong          work on a text took longer than its deadline
        ├── ToolFailed           a tool gave no result
        ├── ToolMissing          a tool of the agent is not there
        ├── CallUnknown          nobody knows whether a call had its effect, and a person said to fail
        ├── BudgetUnknown        a budget cannot be kept: nobody tells what was used
        ├── BadOutput            the answer does not fit the agent's output schema
        ├── SimulatedFailure     the offline model was asked to fail
        ├── TimedOut             the execution took longer than it may
        ├── Interrupted          its process died too often
        └── InternalError        a bug of ours
"""

from typing import Any, ClassVar

# The exit code of a process that has said in one line why it cannot start, or go on.
CANNOT_GO_ON = 78


class HubError(Exception):
    """Something went wrong in the hub."""

    code: ClassVar[str] = "hub_error"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """Keep the message and what failed.

        Args:
            message: What to tell a person; the first line of the class's docstring if omitted.
            **details: What failed, as JSON values: `field`, `id`, `retry_after_seconds`, …
        """
        self.message = message or (self.__doc__ or self.code).strip().splitlines()[0]
        self.details = details
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Come through a pipe whatever a subclass takes: the processes of the pool raise these."""
        return type(self).__new__, (type(self), self.message), self.__dict__


class SettingsError(HubError):
    """A setting is wrong."""

    code = "bad_setting"


class StartError(HubError):
    """The hub cannot start."""

    code = "cannot_start"


class InvalidInput(HubError):
    """The input is not valid."""

    code = "invalid_input"

    def __init__(self, field: str, message: str, **details: Any) -> None:
        """Name the field and the fix.

        Args:
            field: The name of the field as the caller sent it.
            message: What is wrong and what would be right.
            **details: More about it, as JSON values; `limit` for what is too long or too much.
        """
        super().__init__(message, field=field, **details)
        self.field = field

    def within(self, place: str) -> "InvalidInput":
        """Return it as its caller finds it, where the object it is about is part of another.

        Args:
            place: Where that object is, as in `agents[2]`.
        """
        where = f"{place}.{self.field}"
        details = {name: value for name, value in self.details.items() if name != "field"}
        # Deep within others, it says once where it is.
        told = self.message.removeprefix(f"{self.field}: ")
        return InvalidInput(where, f"{where}: {told}", **details)


class NotSigned(HubError):
    """This is not signed with this hub's HUB_WEBHOOK_SECRET. Give its sender the same secret, or correct the hub's."""

    code = "not_signed"


class NotFound(HubError):
    """There is nothing with this id."""

    code = "not_found"


class Conflict(HubError):
    """This clashes with what is there."""

    code = "conflict"


class Stale(HubError):
    """Somebody else has saved this meanwhile. Read it again, then repeat your change."""

    code = "stale"

    def __init__(self, message: str, current: Any, differs: list[str]) -> None:
        """Say who is newer, and what differs.

        Args:
            message: What was changed, and when.
            current: The object as it is now: an Agent, a Workflow or a Task.
            differs: The names of the fields that were changed since.
        """
        super().__init__(
            message, field="version", id=current.id, version=current.version, differs=differs, current=current.as_json()
        )
        self.current = current
        self.differs = differs


class QueueFull(HubError):
    """Too many executions are waiting. Try again when some have ended."""

    code = "queue_full"


class Unavailable(HubError):
    """The hub cannot do this right now. Try again in a moment."""

    code = "unavailable"


class ExecutionError(HubError):
    """The execution failed."""

    code = "execution_error"


class ModelError(ExecutionError):
    """The model's provider refused the request."""

    code = "model_error"


class MissingKey(ModelError):
    """No API key. Set ANTHROPIC_API_KEY, or OPENAI_API_KEY for openai/ models, and restart."""

    code = "no_api_key"


class BadKey(ModelError):
    """The provider refused the API key. Check ANTHROPIC_API_KEY, or OPENAI_API_KEY for openai/ models, and restart."""

    code = "bad_api_key"


class PermissionDenied(ModelError):
    """The API key may not use this model. Choose another model or ask for access."""

    code = "permission_denied"


class UnknownModel(ModelError):
    """Model not found. Choose another model for the agent, or check the provider's address."""

    code = "unknown_model"


class InvalidRequest(ModelError):
    """The provider did not accept the request."""

    code = "invalid_request"


class TransientModelError(ModelError):
    """The provider has a passing problem. Try again in a moment."""

    code = "transient_model_error"


class RateLimited(TransientModelError):
    """Rate limited by the provider. Try again in a minute."""

    code = "rate_limited"


class Overloaded(TransientModelError):
    """The provider is overloaded. Try again in a minute."""

    code = "overloaded"


class ProviderFault(TransientModelError):
    """The provider had an internal error. Try again in a moment."""

    code = "provider_fault"


class ConnectionFailed(TransientModelError):
    """The provider could not be reached. Check the network and the provider's address."""

    code = "connection_failed"


class StreamCut(TransientModelError):
    """The provider cut the answer mid-stream. What arrived is kept; try again."""

    code = "stream_cut"


class ModelTimeout(TransientModelError):
    """The provider did not answer in time. Try again."""

    code = "model_timeout"


class MalformedReply(ExecutionError):
    """The provider's answer could not be understood."""

    code = "malformed_reply"


class Refused(ExecutionError):
    """The model refused to answer this input."""

    code = "refused"


class NoAnswer(ExecutionError):
    """The model ended without an answer."""

    code = "no_answer"


class CutOff(ExecutionError):
    """A limit cut the answer off. Raise the agent's max_tokens."""

    code = "cut_off"


class StepFailed(ExecutionError):
    """A step failed. Its own error says why."""

    code = "step_failed"


class Rejected(ExecutionError):
    """Rejected by the person who was asked."""

    code = "rejected"


class StepInputTooLong(ExecutionError):
    """The step's input is too long. Shorten what it takes with the filter truncate."""

    code = "step_input_too_long"


class BlankInput(ExecutionError):
    """The step's input is blank. Change its template, or give it a default."""

    code = "blank_input"


class TemplateFailed(ExecutionError):
    """The step's template could not be filled. Check its filters and comparisons."""

    code = "template_failed"


class TookTooLong(ExecutionError):
    """A template or a condition took too long. Let it take less, or shorten it first with the filter truncate."""

    code = "took_too_long"


class ToolFailed(ExecutionError):
    """The tool gave no result."""

    code = "tool_failed"


class ToolMissing(ExecutionError):
    """A tool of the agent is not there."""

    code = "tool_missing"


class CallUnknown(ExecutionError):
    """Nobody knows whether a call had its effect."""

    code = "call_unknown"


class BudgetUnknown(ExecutionError):
    """A budget of the agent cannot be kept: what was used is not known."""

    code = "budget_unknown"


class BadOutput(ExecutionError):
    """The answer does not fit the agent's output schema."""

    code = "bad_output"


class SimulatedFailure(ExecutionError):
    """The simulated model was asked to fail, and did."""

    code = "simulated_failure"


class TimedOut(ExecutionError):
    """The execution took longer than it may. Raise HUB_EXECUTION_TIMEOUT_SECONDS or ask for less."""

    code = "timed_out"


class Interrupted(ExecutionError):
    """Given up: its process died under it three times. Change its input or its agent, and run it again."""

    code = "interrupted"


class InternalError(ExecutionError):
    """The hub made a mistake. Its log says more."""

    code = "internal_error"
