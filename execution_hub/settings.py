"""Everything the environment decides. The only module that reads it."""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from execution_hub.errors import SettingsError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
DATABASE_FILE = "hub.sqlite3"
ENGINE_FILE = "engine.sqlite3"

_EXAMPLES = {
    "HUB_HOST": "127.0.0.1",
    "HUB_PORT": "8000",
    "HUB_DATA_DIR": "./.data",
    "HUB_DATABASE_URL": "postgresql://hub:password@localhost/hub",
    "HUB_ALLOWED_HOSTS": "hub.example.com,localhost",
    "HUB_TRANSPORT": "auto",
    "HUB_REDIS_URL": "redis://localhost:6379",
    "HUB_MAX_CONCURRENCY": "10",
    "HUB_EXECUTION_TIMEOUT_SECONDS": "600",
    "HUB_RETENTION_DAYS": "30",
    "HUB_RETENTION_MAX": "100000",
    "ANTHROPIC_API_KEY": "sk-ant-…",
    "ANTHROPIC_BASE_URL": "https://api.anthropic.com",
}


class Settings(BaseSettings):
    """What the environment (and `.env`) says, checked.

    Attributes:
        host: Address to listen on.
        port: Port of pages, API and sockets.
        data_dir: Folder of the embedded databases and files.
        database_url: Where the app's tables live; SQLite in `data_dir` when empty.
        allowed_hosts: Host names, without ports, under which the hub may be asked.
        transport: `auto`, or `polling` to never open a websocket.
        redis_url: Where State lives when there is more than one web process.
        max_concurrency: Executions running at once.
        execution_timeout_seconds: How long one execution may run.
        retention_days: Finished executions older than this are pruned; 0 keeps all.
        retention_max: More finished executions than this are pruned; 0 keeps all.
        anthropic_api_key: The key; read by the anthropic module only.
        anthropic_base_url: Another server that speaks the Messages API.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, populate_by_name=True)

    host: str = Field("127.0.0.1", alias="HUB_HOST", min_length=1)
    port: int = Field(8000, alias="HUB_PORT", ge=1, le=65535)
    data_dir: Path = Field(Path(".data"), alias="HUB_DATA_DIR")
    database_url: str = Field("", alias="HUB_DATABASE_URL")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(LOOPBACK_NAMES, alias="HUB_ALLOWED_HOSTS")
    transport: Literal["auto", "polling"] = Field("auto", alias="HUB_TRANSPORT")
    redis_url: str = Field("", alias="HUB_REDIS_URL")
    max_concurrency: int = Field(10, alias="HUB_MAX_CONCURRENCY", ge=1, le=1000)
    execution_timeout_seconds: float = Field(600, alias="HUB_EXECUTION_TIMEOUT_SECONDS", gt=0)
    retention_days: int = Field(30, alias="HUB_RETENTION_DAYS", ge=0)
    retention_max: int = Field(100_000, alias="HUB_RETENTION_MAX", ge=0)
    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(None, alias="ANTHROPIC_BASE_URL")

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            names = tuple(name.strip().lower() for name in value.split(",") if name.strip())
            if any("/" in name for name in names):
                raise ValueError("host names only, without scheme or path")
            return names
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite://")):
            raise ValueError("must start with postgresql:// or sqlite://")
        return value

    @field_validator("anthropic_base_url")
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://")
        return value

    @model_validator(mode="after")
    def _absolute(self) -> Self:
        # Later changes of the working folder must not move the data.
        object.__setattr__(self, "data_dir", self.data_dir.expanduser().absolute())
        return self

    @cached_property
    def sqlalchemy_url(self) -> str:
        """The app database as SQLAlchemy wants it, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / DATABASE_FILE}"
        scheme, rest = self.database_url.split("://", 1)
        return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else self.database_url

    @property
    def is_embedded(self) -> bool:
        """Whether the app database is SQLite."""
        return self.sqlalchemy_url.startswith("sqlite")

    @cached_property
    def engine_url(self) -> str:
        """The engine's own database: a second SQLite file, or the same PostgreSQL."""
        return f"sqlite:///{self.data_dir / ENGINE_FILE}" if self.is_embedded else self.sqlalchemy_url

    @property
    def address(self) -> str:
        """The address a person opens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Returns:
        The settings, all valid.

    Raises:
        SettingsError: A value is wrong; one line names the variable, its problem and an example.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        problem = str(first["msg"]).removeprefix("Value error, ")
        example = f" Example: {name}={_EXAMPLES[name]}" if name in _EXAMPLES else ""
        raise SettingsError(f"{name}: {problem[:1].lower()}{problem[1:]}.{example}", field=name) from None


def build_api_url() -> str | None:
    """Return `API_URL`, the backend's address baked into the pages at build, if it was set."""
    return os.environ.get("API_URL") or None


def child_environment(*, with_settings: bool = True, **values: str) -> dict[str, str]:
    """Return the environment for a process this one starts.

    Args:
        with_settings: Whether the hub's own variables are handed on; what is built must not depend on them.
        **values: What is added.
    """
    own = tuple(_EXAMPLES)
    return {name: value for name, value in os.environ.items() if with_settings or name not in own} | values
