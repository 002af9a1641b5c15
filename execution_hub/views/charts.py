"""The dashboard's charts as they are drawn: columns of a span, and what each agent and workflow used in it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import AGENT_TEST, WORKFLOW
from execution_hub.domain.formats import at_least, format_cost, format_count, format_duration
from execution_hub.domain.status import Status
from execution_hub.live.trends import HOUR, Hour, hour_of, together
from execution_hub.store.figures import Sum
from execution_hub.views.addresses import dashboard_path

# How many columns a span has, and how many hours each of them; a day is the reader's own.
SPANS = {"24h": (24, 1), "7d": (7, 24), "30d": (30, 24)}
USES_MAX = 5
# The zones of the Earth, minutes east of UTC.
ZONE_MAX = 14 * 60
# From the axis upwards.
STACKED = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.WAITING, Status.RUNNING, Status.PENDING)


@dataclass(frozen=True, slots=True)
class Column:
    """What was started in one part of the span.

    Attributes:
        since, until: Which part, half-open, ISO 8601.
        path: The dashboard with its rows, and with no others.
        counts: How many have each status now; those of which there is none are left out.
        p50_ms, p95_ms: How long what has ended ran; None for nothing.
        p50, p95: The same in words.
    """

    since: str
    until: str
    path: str
    counts: dict[str, int]
    p50_ms: int | None
    p95_ms: int | None
    p50: str
    p95: str


@dataclass(frozen=True, slots=True)
class Use:
    """What the tests of one agent used, or the runs of one workflow.

    Attributes:
        name: What it is called; empty for workflows that are gone, and for the rest of many.
        path: The dashboard with its rows; empty where they have none of their own.
        count: How many executions.
        tokens, cost: For the length of a bar; the cost in dollars.
        tokens_text, cost_text: In words; empty for none or nothing known.
    """

    name: str
    path: str
    count: int
    tokens: int
    cost: float
    tokens_text: str
    cost_text: str


@dataclass(frozen=True, slots=True)
class Charts:
    """What the charts show of a span.

    Attributes:
        span: `24h`, `7d` or `30d`; empty before anything is known.
        columns: Its parts, the oldest first; the last one still goes on.
        statuses: Those that there are, from the axis upwards, each with how many and where its rows are.
        total: How many were started.
        p50, p95: How long what has ended ran, in words; empty for nothing.
        uses: What was used by whom, the most tokens first.
        path: The dashboard with all rows of the span.
    """

    span: str = ""
    columns: list[Column] = field(default_factory=list)
    statuses: list[tuple[str, int, str]] = field(default_factory=list)
    total: int = 0
    p50: str = ""
    p95: str = ""
    uses: list[Use] = field(default_factory=list)
    path: str = ""


def starts(span: str, present: datetime, zone_minutes: int) -> list[datetime]:
    """Return where the columns of a span begin, on whole hours, the oldest first.

    Args:
        span: One of SPANS.
        present: The present, UTC.
        zone_minutes: How far east of UTC the reader is. As it is now: where the clocks are changed within the span,
            the days before that begin an hour early or late.
    """
    count, hours = SPANS[span]
    last = hour_of(present)
    if hours > 1:
        zone = timedelta(minutes=max(-ZONE_MAX, min(zone_minutes, ZONE_MAX)))
        last = hour_of((present + zone).replace(hour=0, minute=0, second=0, microsecond=0) - zone)
    return [last - HOUR * hours * back for back in reversed(range(count))]


def hours_in(begins: list[datetime], present: datetime) -> int:
    """Return how many hours lie between the first of some columns and the end of the present hour."""
    return round((hour_of(present) - begins[0]) / HOUR) + 1


def charts_of(
    span: str, begins: list[datetime], present: datetime, hours: Mapping[datetime, Hour], names: Mapping[int, str]
) -> Charts:
    """Put together what the charts show.

    Args:
        span: One of SPANS.
        begins: See `starts`.
        present: The present, UTC.
        hours: What was started in each hour, by its beginning.
        names: What the agents are called today, by id.
    """
    ends = [*begins[1:], hour_of(present) + HOUR]
    parts = [
        together(each for hour, each in hours.items() if begin <= hour < end)
        for begin, end in zip(begins, ends, strict=True)
    ]
    whole, bounds = together(parts), {"since": _wire(begins[0]), "until": _wire(ends[-1])}
    counts = _counts(whole)
    return Charts(
        span,
        [_column(begin, end, part) for begin, end, part in zip(begins, ends, parts, strict=True)],
        [(name, count, dashboard_path(status=name, **bounds)) for name, count in counts.items()],
        sum(counts.values()),
        _duration(whole.percentile_ms(50)),
        _duration(whole.percentile_ms(95)),
        _uses(whole, names, bounds),
        dashboard_path(**bounds),
    )


def agents_in(hours: Iterable[Hour]) -> set[int]:
    """Return the ids of the agents whose tests are in some hours."""
    return {each.agent_id for hour in hours for each in hour.sums if each.agent_id is not None}


def _column(begin: datetime, end: datetime, part: Hour) -> Column:
    p50, p95 = part.percentile_ms(50), part.percentile_ms(95)
    since, until = _wire(begin), _wire(end)
    path = dashboard_path(since=since, until=until)
    return Column(since, until, path, _counts(part), p50, p95, _duration(p50), _duration(p95))


def _counts(part: Hour) -> dict[str, int]:
    found = {status: sum(each.count for each in part.sums if each.status is status) for status in STACKED}
    return {status.value: count for status, count in found.items() if count}


def _uses(part: Hour, names: Mapping[int, str], bounds: Mapping[str, str]) -> list[Use]:
    """Return what each agent and workflow used; those past the first few are one."""
    by_owner: dict[tuple[int | None, int | None], list[Sum]] = defaultdict(list)
    for each in part.sums:
        by_owner[each.agent_id, each.workflow_id].append(each)
    ranked = sorted(by_owner, key=lambda owner: -sum(each.tokens for each in by_owner[owner]))
    found = []
    for agent_id, workflow_id in ranked[:USES_MAX]:
        sums = by_owner[agent_id, workflow_id]
        if agent_id is not None:
            path = dashboard_path(type=AGENT_TEST, agent_id=str(agent_id), **bounds)
            found.append(_use(names.get(agent_id, sums[-1].name), path, sums))
        elif workflow_id is not None:
            path = dashboard_path(type=WORKFLOW, workflow_id=str(workflow_id), **bounds)
            found.append(_use(sums[-1].name, path, sums))
        else:
            found.append(_use("", dashboard_path(type=WORKFLOW, **bounds), sums))
    rest = [each for owner in ranked[USES_MAX:] for each in by_owner[owner]]
    return [*found, _use("", "", rest)] if rest else found


def _use(name: str, path: str, sums: list[Sum]) -> Use:
    tokens, costs = sum(each.tokens for each in sums), [each.cost_usd for each in sums if each.cost_usd is not None]
    misses_tokens, misses_cost = any(each.misses_tokens for each in sums), any(each.misses_cost for each in sums)
    return Use(
        name,
        path,
        sum(each.count for each in sums),
        tokens,
        sum(costs),
        at_least(format_count(tokens) if tokens or not misses_tokens else "", misses_tokens),
        at_least(format_cost(sum(costs)) if costs else "", misses_cost),
    )


def _duration(milliseconds: int | None) -> str:
    return "" if milliseconds is None else format_duration(milliseconds)


def _wire(moment: datetime) -> str:
    return to_wire(moment) or ""
