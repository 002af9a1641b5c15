"""The dashboard's figures as they are read. Pure."""

from dataclasses import dataclass

from execution_hub.domain.formats import at_least, format_cost, format_count, format_duration, format_share
from execution_hub.live.day import Stats


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the last 24 hours, for people; empty texts where there are none yet.

    Of tokens and cost nobody may have told any: `is_unknown`, `is_cost_unknown`.
    """

    succeeded: int = 0
    failed: int = 0
    share_text: str = ""
    total: int = 0
    median_text: str = ""
    p95_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    is_unknown: bool = False
    is_cost_unknown: bool = False
    bars: tuple[int, ...] = ()

    @classmethod
    def of(cls, stats: Stats) -> "Figures":
        """Take the figures from the hub's."""
        total, highest = stats.succeeded_24h + stats.failed_24h, max(stats.per_hour, default=0)
        return cls(
            succeeded=stats.succeeded_24h,
            failed=stats.failed_24h,
            share_text=format_share(stats.succeeded_24h, total) if total else "",
            total=total,
            median_text="" if stats.median_ms is None else format_duration(stats.median_ms),
            p95_text="" if stats.p95_ms is None else format_duration(stats.p95_ms),
            tokens_text=at_least(format_count(stats.tokens_24h) if stats.tokens_24h else "", stats.misses_tokens),
            cost_text=at_least(
                "" if stats.cost_usd_24h is None else format_cost(stats.cost_usd_24h), stats.misses_cost
            ),
            is_unknown=stats.tokens_24h is None,
            is_cost_unknown=stats.cost_usd_24h is None and stats.misses_cost,
            # Heights in per cent of the busiest hour; what is not zero can be seen.
            bars=tuple(max(8, round(100 * count / highest)) if count else 0 for count in stats.per_hour),
        )
