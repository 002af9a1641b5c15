"""What an execution type is, and what a run of it has to work with. A new type is one file and one line."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Protocol

from execution_hub.domain.call import Call
from execution_hub.domain.execution import OUTPUT_MAX_BYTES, Execution, NewExecution, Progress
from execution_hub.domain.result import Result
from execution_hub.domain.step import Step
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Steps
from execution_hub.errors import Conflict, ExecutionError, InvalidInput
from execution_hub.live.journal import Journal
from execution_hub.llm.port import Model
from execution_hub.llm.prices import Prices
from execution_hub.pool import WorkPool
from execution_hub.runners.approvals import Approvals
from execution_hub.runners.children import Children
from execution_hub.store.database import Connection
from execution_hub.tools.port import ToolBox
from execution_hub.words.marking import N_

SHOWN_MAX = 60

# Returns if this process may still act for the hub.
Fence = Callable[[], Awaitable[None]]


class ModelSource(Protocol):
    """Finds the provider of a model."""

    def get(self, name: str) -> Model:
        """Return the provider of a model by the model's name."""
        ...


class Pause(Protocol):
    """See RunContext."""

    async def __call__(self, waiting: frozenset[str], calls: frozenset[int] = frozenset()) -> bool:
        """Pause for the approvals of these names, and the calls of these numbers."""
        ...


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a runner has to work with.

    Attributes:
        execution: The execution as it was claimed, whole: its definition is all a runner may read of
            agents and workflows.
        journal: Where it writes what happens.
        durable: What it may do durably.
        models: Where it finds models.
        read_steps: Reads the steps of the execution as they are recorded, in order; an agent test has none.
        read_calls: Reads the calls of a step's round as they are recorded, in order; None for those of an agent test.
        read_open_calls: Reads the calls of the execution that have not ended, without long texts.
        read_approved: Reads which tools a person has approved for the whole execution, by server and name.
        approvals: What people answer meanwhile.
        pause: Ends the segment until a person has answered one of these approvals or calls; returns false, and ends
            nothing, if one was answered meanwhile.
        pool: Where long work on texts is done.
        tools: The tools that its agent may call.
        on_stopped_call: Told which call of a tool was cancelled while it ran, and whether its server was told in time.
        children: The executions it starts as parts of itself.
        read_results: Reads the results of a suite's run as they are recorded, in order.
        read_calls_of: Reads the calls of one of its children, in order, without long texts.
        read_usages: Reads what its children that have ended used: the id of each, whether its model charges nobody,
            and what.
        fence: Returns if this process may still act for the hub; called before what has an effect elsewhere.
        limit: Reads how many executions may run at once in all processes, which may change. Raises Unavailable.
        output_max_bytes: An answer past this is cut, and its stream closed; the same for the whole output.
    """

    execution: Execution
    journal: Journal
    durable: Steps
    models: ModelSource
    read_steps: Callable[[], Awaitable[list[Step]]]
    read_calls: Callable[[str | None, int], Awaitable[list[Call]]]
    read_open_calls: Callable[[], Awaitable[list[Call]]]
    read_approved: Callable[[], Awaitable[set[tuple[str, str]]]]
    approvals: Approvals
    pause: Pause
    pool: WorkPool
    tools: ToolBox
    on_stopped_call: Callable[[Call, bool], None]
    children: Children
    read_results: Callable[[], Awaitable[list[Result]]]
    read_calls_of: Callable[[int], Awaitable[list[Call]]]
    read_usages: Callable[[], Awaitable[list[tuple[int, bool, Usage]]]]
    fence: Fence
    limit: Callable[[], Awaitable[int]]
    output_max_bytes: int = OUTPUT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        output: What it made; partial if it failed.
        usage: What it used over all attempts; None where only what was told meanwhile is known.
        meta: What else is worth keeping, as JSON: request id, message id.
        error: Why it failed; None if it succeeded.
        progress: How far it came; its output tokens where that says it.
        stop_reason: Why the model stopped, in the words of the Messages API; None if that is not known.
        is_cut: Whether a limit ended what it made, or part of it.
    """

    output: str
    usage: Usage | None = Usage()
    meta: dict[str, Any] = field(default_factory=dict)
    error: ExecutionError | None = None
    progress: Progress | None = None
    stop_reason: str | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Start(ABC):
    """What somebody asks for: an execution of one type. Each type has a frozen dataclass of its own.

    Its fields are JSON values, checked when it is made (`__post_init__`, which raises InvalidInput).

    Attributes:
        execution_type: The type's name.
        reads_templates: Whether `prepare` reads templates: those of `templates`.
    """

    execution_type: ClassVar[str]
    reads_templates: ClassVar[bool] = False

    @property
    def request(self) -> tuple[Any, ...]:
        """The type and all values: what a second use of an idempotency key must repeat."""
        return (self.execution_type, *(getattr(self, each.name) for each in fields(self)))

    @property
    def output_schema(self) -> object:
        """What the answer must fit, where it is not what is saved; None for no such."""
        return None

    def templates(self, connection: Connection) -> Sequence[str]:
        """Return the templates that `prepare` will read, for those that take long to be read elsewhere before.

        Args:
            connection: A reading transaction.
        """
        return ()

    @abstractmethod
    def prepare(self, connection: Connection) -> NewExecution:
        """Return what is to be stored.

        Args:
            connection: A reading transaction.

        Raises:
            HubError: What it needs is not there, or does not fit.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """How a terminal starts an execution: `execution-hub WORD [NOUN] INPUT`.

    Attributes:
        word: What the command is called.
        help: What it does, in one line.
        noun: What its first argument is the name or number of, such as `agent`: becomes the parameter `agent_id`.
            None for a type that belongs to nothing.
        parameter: The parameter that becomes the input.
    """

    word: str
    help: str
    noun: str | None = None
    parameter: str = "input"


class ExecutionType(ABC):
    """An execution type: what starts, repeats and runs it, and its words. One instance for all executions.

    Attributes:
        start: What starts one; its `execution_type` is the type's name, at most 20 characters.
        one, many: What people call one of it, and many: in English, marked by `N_` for the catalogues.
        today, again_today: What a button is called that repeats one with what belongs to it as that is today, beside
            one that repeats it as it ran, and by itself: as `one`.
        command: How a terminal starts one; None if it cannot.
        takes_slot: Whether one of it waits for a slot of the hub, and takes it; else it begins at once: what it waits
            for are other executions.
    """

    start: ClassVar[type[Start]]
    one: ClassVar[str]
    many: ClassVar[str]
    today: ClassVar[str] = N_("With today's values")
    again_today: ClassVar[str] = N_("Run again with today's values")
    command: ClassVar[Command | None] = None
    takes_slot: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """The type's name, as in `executions.execution_type`."""
        return self.start.execution_type

    def read(self, parameters: Mapping[str, Any]) -> Start:
        """Return what starts one, from the parameters by name.

        Raises:
            InvalidInput: One is unknown, is missing or does not fit.
        """
        known = {each.name: each for each in fields(self.start)}
        for name in parameters:
            if name not in known:
                # Cut: it is a caller's word, and may be of any length.
                shown = name[:SHOWN_MAX]
                raise InvalidInput(shown, f"{self.name} takes no {shown}. Give {', '.join(known)}.")
        for name, each in known.items():
            if name not in parameters and each.default is MISSING:
                raise InvalidInput(name, f"{name} is missing. Give {', '.join(known)}.")
        return self.start(**parameters)

    def again(self, old: Execution, text: str) -> Start:
        """Return what repeats an execution with the agents and workflows of today.

        Args:
            old: The execution, whole.
            text: The input of the new one.

        Raises:
            Conflict: Its type knows no today.
        """
        raise Conflict(f"Executions of type {self.name} can only be repeated as they ran.", id=old.id)

    def check_cost(self, new: NewExecution, prices: Prices) -> None:
        """Refuse a limit on the cost of a new one that cannot be held, since nobody has told a price.

        Args:
            new: What is to be stored.
            prices: Those that are known.

        Raises:
            InvalidInput: A price is not known.
        """
        return  # it costs nothing

    def tool_servers(self, definition: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of the servers whose tools an execution may call itself, not by its parts.

        Args:
            definition: That of the execution.
        """
        return frozenset()

    @abstractmethod
    async def run(self, context: RunContext) -> Outcome | None:
        """Run an execution to its end, or until it waits for a person: then it has paused, and returns None.

        May be called again for the same execution after a crash: everything that must not be done
        twice goes through `context.durable`.

        Raises:
            ExecutionError: It failed without any output.
            Fenced: Another attempt has it.
        """
