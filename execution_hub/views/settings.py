"""What the page Settings shows of the hub, as values. Pure; holds nothing secret, as what it is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from execution_hub.domain.about import HubFacts, Sizes
from execution_hub.domain.formats import format_bytes, format_duration
from execution_hub.llm.prices import Prices
from execution_hub.views.tool_page import BUILT_IN


@dataclass(frozen=True, slots=True)
class PriceView:
    """What a model costs, in USD per million tokens.

    Attributes:
        model: Its name.
        input, output, cache_write, cache_read: The prices, for a person; empty where nobody told.
        is_own: Whether it is one of the hub's own.
    """

    model: str = ""
    input: str = ""
    output: str = ""
    cache_write: str = ""
    cache_read: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """A database.

    Attributes:
        name: Its file, or its name on the server.
        size: For a person.
    """

    name: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class SizesView:
    """How much the hub keeps.

    Attributes:
        data: The size of the data folder, for a person; empty while nobody has measured.
        is_partial: Whether there is more than that.
        executions: How many executions are kept, for a person.
        is_more: Whether there are more than that.
        measured_at: When, ISO 8601 with Z.
    """

    data: str = ""
    is_partial: bool = False
    executions: str = ""
    is_more: bool = False
    measured_at: str = ""


@dataclass(frozen=True, slots=True)
class SettingsView:
    """How the hub is set up.

    Attributes:
        version: Empty before it is known.
        address, data_dir, revision, transport: See hub/about.py.
        is_sqlite: Whether the database is a file of its own.
        time_limit, output_max, input_max, prompt_max, steps_max, retention_max: Limits, for a person; empty for none.
        retention_days: A number; 0 keeps all.
        takes_webhooks: Whether the secret of webhooks is set.
    """

    version: str = ""
    address: str = ""
    data_dir: str = ""
    is_sqlite: bool = True
    revision: str = ""
    transport: str = ""
    time_limit: str = ""
    output_max: str = ""
    input_max: str = ""
    prompt_max: str = ""
    steps_max: str = ""
    retention_days: int = 0
    retention_max: str = ""
    takes_webhooks: bool = False


@dataclass(frozen=True, slots=True)
class ToolsView:
    """The servers of tools, as they are set up.

    Attributes:
        file: The file that names them; empty for none.
        servers: How many it names, without the built-in one.
        ready, failed: How many of them are.
    """

    file: str = ""
    servers: int = 0
    ready: int = 0
    failed: int = 0


def tools_view(file: Path | None, statuses: Mapping[str, str]) -> ToolsView:
    """Return how servers of tools are set up.

    >>> tools_view(None, {"hub": "ready"})
    ToolsView(file='', servers=0, ready=0, failed=0)

    Args:
        file: The file that names them; its content is not looked at.
        statuses: How each server is, by name, the built-in one too.
    """
    others = [status for name, status in statuses.items() if name != BUILT_IN]
    return ToolsView("" if file is None else str(file), len(others), others.count("ready"), others.count("failed"))


def settings_view(facts: HubFacts) -> SettingsView:
    """Return how a hub is set up as a page shows it."""
    return SettingsView(
        version=facts.version,
        address=facts.address,
        data_dir=facts.data_dir,
        is_sqlite=facts.database == "sqlite",
        revision=facts.revision,
        transport=facts.transport,
        time_limit=format_duration(round(facts.execution_timeout_seconds * 1000)),
        output_max=format_bytes(facts.output_max_bytes),
        input_max=f"{facts.input_max:,}",
        prompt_max=f"{facts.prompt_max:,}",
        steps_max=f"{facts.steps_max:,}",
        retention_days=facts.retention_days,
        retention_max=f"{facts.retention_max:,}" if facts.retention_max else "",
        takes_webhooks=facts.takes_webhooks,
    )


def sizes_view(sizes: Sizes) -> SizesView:
    """Return how much a hub keeps as a page shows it."""
    return SizesView(
        data=format_bytes(sizes.data_bytes),
        is_partial=sizes.is_partial,
        executions=f"{sizes.executions:,}",
        is_more=sizes.is_more,
        measured_at=sizes.measured_at,
    )


def database_views(sizes: Sizes) -> list[DatabaseView]:
    """Return the databases as a page shows them."""
    return [DatabaseView(each.name, format_bytes(each.bytes)) for each in sizes.databases]


def price_views(prices: Prices) -> list[PriceView]:
    """Return prices as a page shows them, the hub's own first."""
    rows = [
        PriceView(
            model,
            _usd(price.input),
            _usd(price.output),
            _usd(price.cache_write),
            _usd(price.cache_read),
            is_own=price.is_own,
        )
        for model, price in prices.items()
    ]
    return sorted(rows, key=lambda row: not row.is_own)


def _usd(price: float | None) -> str:
    """Write a price in full: two places, or as many as it has.

    >>> _usd(2.0), _usd(0.125), _usd(None)
    ('2.00', '0.125', '')
    """
    if price is None:
        return ""
    text = f"{price:.6f}".rstrip("0")
    whole, _, part = text.partition(".")
    return f"{whole}.{part:0<2}"
