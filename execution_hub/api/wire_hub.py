"""The shapes of what the API answers about the hub itself: see wire.py."""

from typing import Literal

from pydantic import BaseModel, Field

from execution_hub.api.wire import Time


class Queue(BaseModel):
    """How the queue is."""

    is_paused: bool = Field(description="Whether nothing starts until it is resumed.")
    pending: int = Field(description="How many wait for their turn.", examples=[3])
    running: int = Field(description="How many run.", examples=[10])
    max_concurrency: int = Field(
        description="How many may run at once, in all processes (`HUB_MAX_CONCURRENCY`).", examples=[10]
    )


class Removed(BaseModel):
    """How many executions were removed."""

    removed: int = Field(examples=[120])


class Health(BaseModel):
    """That the process is alive."""

    status: str = Field(examples=["ok"])


class Ready(BaseModel):
    """That the hub can work."""

    status: str = Field(examples=["ready"])
    database: str = Field(examples=["ok"])
    engine: str = Field(examples=["ok"])
    bus: str = Field(description="Whether the hub's other processes are heard.", examples=["ok"])
    changed: int = Field(description="The newest number of `changed` of any execution.", examples=[87])


class Provider(BaseModel):
    """A provider of models, as it is set up; never its key."""

    name: str = Field(examples=["Anthropic"])
    has_key: bool = Field(description="Whether there is a key.", examples=[True])
    key_variable: str = Field(description="The variable that holds it.", examples=["ANTHROPIC_API_KEY"])
    host: str = Field(
        description="The host that is asked, without path and credentials.", examples=["api.anthropic.com"]
    )
    host_variable: str = Field(description="The variable of another address.", examples=["ANTHROPIC_BASE_URL"])
    needs_key: bool = Field(description="Whether it refuses to answer without a key.", examples=[True])


class DatabaseSize(BaseModel):
    """A database and how large it is."""

    name: str = Field(examples=["hub.sqlite3"])
    bytes: int = Field(examples=[18_874_368])


class Sizes(BaseModel):
    """How much the hub keeps, measured at most once a minute."""

    data_bytes: int = Field(description="All that is in the data folder.", examples=[25_165_824])
    is_partial: bool = Field(description="The data folder holds more than was looked at.")
    databases: list[DatabaseSize]
    executions: int = Field(description="How many executions are kept.", examples=[1250])
    is_more: bool = Field(description="There are more executions than were counted.")
    measured_at: Time


class ModelPrice(BaseModel):
    """What a model costs, in USD per million tokens; null where nobody told."""

    model: str = Field(examples=["claude-sonnet-5"])
    input: float = Field(examples=[2.0])
    output: float = Field(examples=[10.0])
    cache_write: float | None = Field(examples=[2.5])
    cache_read: float | None = Field(examples=[0.2])
    is_own: bool = Field(description="It is one of the hub's own (`HUB_PRICES_FILE`), not a published one.")


class About(BaseModel):
    """What the hub is and how it is set up, without secrets."""

    version: str = Field(examples=["0.9.12"])
    address: str = Field(description="Where it serves.", examples=["http://127.0.0.1:8000"])
    data_dir: str = Field(description="Its data folder (`HUB_DATA_DIR`).", examples=["/var/lib/execution-hub"])
    database: Literal["sqlite", "postgresql"]
    revision: str = Field(description="What the database was migrated to.", examples=["0009_bench"])
    transport: Literal["auto", "polling"]
    providers: list[Provider]
    max_concurrency: int = Field(examples=[10])
    execution_timeout_seconds: float = Field(examples=[600.0])
    output_max_bytes: int = Field(examples=[2_000_000])
    input_max: int = Field(examples=[200_000])
    prompt_max: int = Field(examples=[50_000])
    steps_max: int = Field(examples=[200])
    retention_days: int = Field(description="0 keeps all.", examples=[30])
    retention_max: int = Field(description="0 keeps all.", examples=[100_000])
    takes_webhooks: bool = Field(description="Whether the secret of webhooks is set (`HUB_WEBHOOK_SECRET`).")
    queue: Queue
    sizes: Sizes
    prices: list[ModelPrice]
