"""What this process counts for Prometheus, in a registry of its own; any room may count.

Counters are of this process alone: each is scraped, and Prometheus sums. What holds for the whole hub comes with a
scrape (`Figures`).
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from execution_hub.version import VERSION

CONTENT_TYPE = CONTENT_TYPE_LATEST
# People write the names of models, so that there may be any number: these are the first that answered in this process.
MODELS_MAX = 50
OTHER = "other"
SUCCEEDED = "succeeded"
CANCELLED = "cancelled"
# From what nobody sees to what everybody complains of.
_PUSH_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

# Each counter would be told twice: with the time at which it began.
disable_created_metrics()  # type: ignore[no-untyped-call]
_registry = CollectorRegistry()
ProcessCollector(registry=_registry)

_ended = Counter(
    "hub_executions_ended", "Executions whose end this process wrote.", ["type", "status"], registry=_registry
)
_pushed = Histogram(
    "hub_push_seconds",
    "From when a change was written, by any process, to when those who watch in this one are told.",
    ["what"],
    registry=_registry,
    buckets=_PUSH_SECONDS,
)
_tokens = Counter(
    "hub_model_tokens",
    "Tokens of models, as their providers told them.",
    ["model", "kind"],
    registry=_registry,
)
_cost = Counter(
    "hub_model_cost_usd", "Cost of models in US dollars, where prices are known.", ["model"], registry=_registry
)
_calls = Counter(
    "hub_model_calls", "Calls of models, and what came of them.", ["provider", "outcome"], registry=_registry
)
_retries = Counter("hub_model_retries", "Calls that failed and were made again.", ["provider"], registry=_registry)
_transactions = Counter("hub_database_transactions", "Transactions begun.", ["database"], registry=_registry)
_reconnects = Counter(
    "hub_bus_reconnects",
    "How often the connection that hears other processes was cut and came back.",
    registry=_registry,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """How the hub is at a scrape, as this process knows it.

    Attributes:
        role: What this process does.
        running: How many executions run in it.
        slots: How many may.
        executions: How many have yet to end, by type and status.
        queue_length: How many wait for a slot.
        oldest_seconds: For how long the one that waits longest does; 0 if none does.
        is_paused: Whether nothing starts.
        workers: How many processes there are, by role and status.
        clients: Who is connected to this process, by the kind of connection.
    """

    role: str
    running: int
    slots: int
    executions: Mapping[tuple[str, str], int]
    queue_length: int
    oldest_seconds: float
    is_paused: bool
    workers: Mapping[tuple[str, str], int]
    clients: Mapping[str, int] = field(default_factory=dict)


class Names:
    """The names that have a label of their own: the first that come, so many; all others are one."""

    def __init__(self, most: int) -> None:
        """Know none.

        Args:
            most: How many there may be.
        """
        self._most = most
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def label(self, name: str) -> str:
        """Return what a name is counted as: itself, or `other`."""
        # What is no text in UTF-8 could not be told.
        name = name.encode(errors="replace").decode()
        with self._lock:
            if name in self._known:
                return name
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(name)
            return name


_models = Names(MODELS_MAX)


def count_ended(execution_type: str, status: str) -> None:
    """Count an execution that has ended."""
    _ended.labels(execution_type, status).inc()


def count_pushed(what: str, seconds: float) -> None:
    """Count a change that those who watch are told of.

    Args:
        what: `list` for how executions are, `log` for what is in one's log.
        seconds: How long after it was written.
    """
    _pushed.labels(what).observe(max(0.0, seconds))


def count_call(provider: str, outcome: str) -> None:
    """Count a call of a model.

    Args:
        provider: Whose it is.
        outcome: `succeeded`, `cancelled`, or the code of its error.
    """
    _calls.labels(provider, outcome).inc()


def count_retry(provider: str) -> None:
    """Count a call of a model that is made again."""
    _retries.labels(provider).inc()


def count_usage(model: str, tokens: Iterable[tuple[str, int | None]], cost_usd: float | None) -> None:
    """Count what a call of a model used.

    Args:
        model: Its name; one that used nothing gets no label.
        tokens: The kinds of tokens, and how many of each; None where nobody told.
        cost_usd: What they cost; None where that is not known.
    """
    told = [(kind, count) for kind, count in tokens if count and count > 0]
    if not told:
        return
    label = _models.label(model)
    for kind, count in told:
        _tokens.labels(label, kind).inc(count)
    if cost_usd is not None and cost_usd > 0:
        _cost.labels(label).inc(cost_usd)


def count_transaction(database: str) -> None:
    """Count a transaction.

    Args:
        database: Whose: `app`, `engine`, `bus` or `lease`.
    """
    _transactions.labels(database).inc()


def count_reconnect() -> None:
    """Count a connection of the bus that was cut and is there again."""
    _reconnects.inc()


def exposition(figures: Figures) -> bytes:
    """Write all of it in Prometheus's text format. Takes some milliseconds: not for an event loop.

    Args:
        figures: How the hub is now.
    """
    return generate_latest(_registry) + generate_latest(_of(figures))


def _of(figures: Figures) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, words: str, value: float) -> None:
        Gauge(name, words, registry=registry).set(value)

    def gauges(name: str, words: str, labels: list[str], values: Mapping[Any, int]) -> None:
        made = Gauge(name, words, labels, registry=registry)
        for each, value in values.items():
            made.labels(*each).set(value)

    gauges("hub_build_info", "What runs here; always 1.", ["version", "role"], {(VERSION, figures.role): 1})
    gauge("hub_process_running", "Executions that run in this process.", figures.running)
    gauge("hub_process_slots", "Executions that may run in this process.", figures.slots)
    gauges("hub_executions", "Executions of the hub that have yet to end.", ["type", "status"], figures.executions)
    gauge("hub_queue_length", "Executions of the hub that wait for a slot.", figures.queue_length)
    gauge("hub_queue_oldest_seconds", "How long the one that waits longest has waited.", figures.oldest_seconds)
    gauge("hub_queue_paused", "Whether nothing starts.", figures.is_paused)
    gauges("hub_workers", "Processes of the hub.", ["role", "status"], figures.workers)
    clients = {(kind,): count for kind, count in figures.clients.items()}
    gauges("hub_clients", "Clients that are connected to this process.", ["kind"], clients)
    return registry
