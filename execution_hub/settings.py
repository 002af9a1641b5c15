"""Everything the environment decides. The only module that reads it."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from execution_hub import network
from execution_hub.errors import SettingsError
from execution_hub.rate_limit import RateLimit, read_limits
from execution_hub.role import Role

# The project: the folder of rxconfig.py, of `.env` and of what relative paths are relative to.
ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# What HUB_OUTPUT_MAX_BYTES may be. More would be held in memory several times for each execution.
OUTPUT_LEAST_BYTES = 1_000
OUTPUT_MOST_BYTES = 50_000_000
CONCURRENCY_MAX = 1_000
_POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
# As SQLAlchemy reads it, but for an @ after the first: it would take half of a password for the host, and show it.
_POSTGRES_PLACE = r"(\[[^/?@]+\]|[^/:?@]+)?(:\d*)?/[^?@]+"
_POSTGRES_REST = re.compile(rf"[^:/]*(:[^@]*)?@{_POSTGRES_PLACE}(\?[^@]*)?|{_POSTGRES_PLACE}(\?.*)?")
# Those that HUB_PROVIDER_LIMITS may name.
ANTHROPIC, OPENAI = "anthropic", "openai"
_QUOTED = re.compile(r"""".*"|'.*'""", re.DOTALL)

# Of a secret: fewer can be guessed.
SECRET_LEAST = 16
_EXAMPLES = {
    "HUB_HOST": "127.0.0.1",
    "HUB_PORT": "8000",
    "HUB_DATA_DIR": "./.data",
    "HUB_DATABASE_URL": "postgresql://hub:password@localhost/hub",
    "HUB_ALLOWED_HOSTS": "hub.example.com,localhost",
    "HUB_ALLOWED_ORIGINS": "https://hub.example.com,https://tools.example.com:8443",
    "HUB_TRANSPORT": "auto",
    "HUB_MAX_CONCURRENCY": "10",
    "HUB_ROLE": "all",
    "HUB_WORKER_CONCURRENCY": "10",
    "HUB_DRAIN_SECONDS": "30",
    "HUB_PROVIDER_LIMITS": "anthropic=50/40000,openai=500/200000",
    "HUB_EXECUTION_TIMEOUT_SECONDS": "600",
    "HUB_RETENTION_DAYS": "30",
    "HUB_RETENTION_MAX": "100000",
    "HUB_OUTPUT_MAX_BYTES": "2000000",
    "HUB_PRICES_FILE": "./prices.json",
    "HUB_MCP_FILE": "./mcp.json",
    "HUB_WEBHOOK_SECRET": "7c1f… (what `openssl rand -hex 32` gives)",
    "ANTHROPIC_API_KEY": "sk-ant-…",
    "ANTHROPIC_BASE_URL": "https://api.anthropic.com",
    "OPENAI_API_KEY": "sk-…",
    "OPENAI_BASE_URL": "http://localhost:11434/v1",
}


class Settings(BaseSettings):
    """What the environment (and `.env`) says, checked. A relative path is relative to the project.

    Attributes:
        host: Address to listen on.
        port: Port of pages, API and sockets.
        data_dir: Folder of the embedded databases and files.
        database_url: Where the app's tables live; SQLite in `data_dir` when empty.
        allowed_hosts: Host names, without ports, under which the hub may be asked.
        allowed_origins: Origins of pages, besides the hub's own, that may change things and open sockets.
        transport: `auto`, or `polling` to never open a websocket.
        max_concurrency: Executions running at once, in all processes.
        role: What this process does; the command line sets it.
        worker_concurrency: Executions running at once in this process; as many as in all if not set.
        drain_seconds: How long a process that is told to stop lets go on what runs in it, before it is queued again for
            another process or the next start. One that serves is killed 8 s after it was told (server.py): there it is
            5 s at most.
        provider_limits: The requests and tokens a minute that all processes together ask of a provider, by its name.
        execution_timeout_seconds: How long one execution may run.
        retention_days: Finished executions older than this are pruned; 0 keeps all.
        retention_max: More finished executions than this are pruned; 0 keeps all.
        output_max_bytes: An output past this is cut and marked; the provider's stream is closed.
        prices_file: Prices of models, besides those that are published: see llm/own_prices.py.
        mcp_file: The MCP servers whose tools agents may call: see tools/mcp_file.py.
        webhook_secret: What the bodies of webhooks are signed with; without it none is taken.
        anthropic_api_key: The key; read by the anthropic module only.
        anthropic_base_url: Another server that speaks the Messages API.
        openai_api_key: The key; read by the openai module only.
        openai_base_url: Another server that speaks OpenAI's chat completions; a local one needs no key.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, populate_by_name=True)

    host: str = Field("127.0.0.1", alias="HUB_HOST", min_length=1)
    port: int = Field(8000, alias="HUB_PORT", ge=1, le=65535)
    data_dir: Path = Field(Path(".data"), alias="HUB_DATA_DIR", validate_default=True)
    database_url: str = Field("", alias="HUB_DATABASE_URL")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(LOOPBACK_NAMES, alias="HUB_ALLOWED_HOSTS")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field((), alias="HUB_ALLOWED_ORIGINS")
    transport: Literal["auto", "polling"] = Field("auto", alias="HUB_TRANSPORT")
    max_concurrency: int = Field(10, alias="HUB_MAX_CONCURRENCY", ge=1, le=CONCURRENCY_MAX)
    role: Role = Field(Role.ALONE, alias="HUB_ROLE")
    worker_concurrency: int | None = Field(None, alias="HUB_WORKER_CONCURRENCY", ge=1, le=CONCURRENCY_MAX)
    drain_seconds: float = Field(30, alias="HUB_DRAIN_SECONDS", ge=0, le=3600)
    provider_limits: Annotated[dict[str, RateLimit], NoDecode] = Field({}, alias="HUB_PROVIDER_LIMITS")
    execution_timeout_seconds: float = Field(600, alias="HUB_EXECUTION_TIMEOUT_SECONDS", gt=0)
    retention_days: int = Field(30, alias="HUB_RETENTION_DAYS", ge=0)
    retention_max: int = Field(100_000, alias="HUB_RETENTION_MAX", ge=0)
    output_max_bytes: int = Field(2_000_000, alias="HUB_OUTPUT_MAX_BYTES", ge=OUTPUT_LEAST_BYTES, le=OUTPUT_MOST_BYTES)
    prices_file: Path | None = Field(None, alias="HUB_PRICES_FILE")
    mcp_file: Path | None = Field(None, alias="HUB_MCP_FILE")
    webhook_secret: SecretStr | None = Field(None, alias="HUB_WEBHOOK_SECRET")
    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(None, alias="ANTHROPIC_BASE_URL")
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, alias="OPENAI_BASE_URL")

    @field_validator("*", mode="before")
    @classmethod
    def _unquoted(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        # Not taken off: whoever reads the same file with another program must learn of it too.
        if isinstance(text, str) and _QUOTED.fullmatch(text.strip()):
            raise ValueError("stands in quotes, which are taken as part of it; remove them")
        return value

    @field_validator("host")
    @classmethod
    def _host_name(cls, value: str) -> str:
        return network.host_name(value)

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            names = tuple(name.strip().lower() for name in value.split(",") if name.strip())
            if any("/" in name for name in names):
                raise ValueError("host names only, without scheme or path")
            if not names:
                raise ValueError("names no host")
            return names
        return value

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = tuple(each.strip() for each in value.split(",") if each.strip())
        try:
            return tuple(network.origin(each) for each in found)
        except ValueError as error:
            raise ValueError(f"an origin {error}") from None

    @field_validator("provider_limits", mode="before")
    @classmethod
    def _read_limits(cls, value: object) -> object:
        return read_limits(value, (ANTHROPIC, OPENAI)) if isinstance(value, str) else value

    @field_validator("data_dir", "prices_file", "mcp_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        # Not the working folder: it is another one for each who calls.
        try:
            return None if value is None else ROOT / value.expanduser()
        except RuntimeError:
            raise ValueError("has no home folder for its ~") from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("sqlite://") and not re.match("sqlite:///.", value):
            raise ValueError("must name a file: three slashes and a path in the project, or four and an absolute one")
        if value and not value.startswith((*_POSTGRES_SCHEMES, "sqlite://")):
            raise ValueError("must start with postgresql:// or sqlite://")
        if value.startswith(_POSTGRES_SCHEMES) and not _POSTGRES_REST.fullmatch(value.split("://", 1)[1]):
            raise ValueError("must read USER:PASSWORD@HOST:PORT/DATABASE after ://, an @ in the password as %40")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LEAST:
            raise ValueError(f"has fewer than {SECRET_LEAST} characters, which can be guessed")
        return value

    @field_validator("anthropic_base_url")
    @classmethod
    def _messages_url(cls, value: str | None) -> str | None:
        return network.without_version(network.base_url(value)) if value else value

    @field_validator("openai_base_url")
    @classmethod
    def _completions_url(cls, value: str | None) -> str | None:
        return network.base_url(value) if value else value

    @property
    def is_embedded(self) -> bool:
        """Whether the app database is SQLite; `store/urls.py` says where it is."""
        return not self.database_url or self.database_url.startswith("sqlite")

    @property
    def sets_limit(self) -> bool:
        """Whether this process sets `max_concurrency` for all: alone it does, joined only if it was given the variable.

        Who joins without it keeps to what stands.
        """
        return not self.role.is_joined or "max_concurrency" in self.model_fields_set

    @property
    def address(self) -> str:
        """The address a person opens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load_settings() -> Settings:
    """Read the settings from the environment and the project's `.env`.

    Returns:
        The settings, all valid.

    Raises:
        SettingsError: A value is wrong; one line names the variable, its problem and an example.
    """
    file = ROOT / ".env"
    try:
        return Settings(_env_file=file)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError(f"The settings in {file} cannot be read: {why}.", field=".env") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        problem = str(first["msg"]).removeprefix("Value error, ")
        example = f" Example: {name}={_EXAMPLES[name]}" if name in _EXAMPLES else ""
        raise SettingsError(f"{name}: {problem[:1].lower()}{problem[1:]}.{example}", field=name) from None


def with_role(settings: Settings, role: str, concurrency: int | None = None) -> Settings:
    """Return settings of a process with a role.

    Args:
        settings: Its other settings.
        role: See `domain.role.Role`.
        concurrency: How many executions may run in it at once, 1 to 1 000; as the settings say if omitted.

    Raises:
        SettingsError: It cannot have this role, or not so many.
    """
    changed: dict[str, Any] = {"role": Role(role)}
    if concurrency is not None:
        if not 1 <= concurrency <= CONCURRENCY_MAX:
            raise SettingsError(f"--concurrency {concurrency}: from 1 to {CONCURRENCY_MAX}. Example: 10")
        changed["worker_concurrency"] = concurrency
    found = settings.model_copy(update=changed)
    if found.role.is_joined and found.is_embedded:
        raise SettingsError(
            f"The role {found.role.value} needs PostgreSQL, which the processes of a hub share: an SQLite file has one "
            f"hub. Example: HUB_DATABASE_URL={_EXAMPLES['HUB_DATABASE_URL']}",
            field="HUB_ROLE",
        )
    return found


def build_api_url() -> str | None:
    """Return `API_URL`, the backend's address baked into the pages at build, if it was set."""
    return os.environ.get("API_URL") or None


def traces_endpoint() -> str | None:
    """Return where the standard variables of OpenTelemetry have traces sent; None if they want none.

    Of the environment alone, not of `.env`: its library reads the rest of them there.

    Raises:
        SettingsError: It is no address, or they want another protocol than there is.
    """
    switched_off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    exporters = os.environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    if switched_off or "otlp" not in [each.strip() for each in exporters.split(",")]:
        return None
    for name in ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        if endpoint := os.environ.get(name, "").strip():
            break
    else:
        return None
    if not re.match(r"https?://[^/\s]", endpoint):
        raise SettingsError(
            f"{name}: must start with http:// or https://. Example: {name}=http://localhost:4318", field=name
        )
    for variable in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if os.environ.get(variable, "").strip() not in ("", "http/protobuf"):
            raise SettingsError(f"{variable}: traces are sent as http/protobuf only. Remove it.", field=variable)
    return endpoint


def proxy_for(url: str) -> tuple[str, str] | None:
    """Return the proxy that the environment sets for an address.

    Args:
        url: The address, with its scheme.

    Returns:
        The variable, and the proxy's host and port without its password; None where there is none.
    """
    # Loads the HTTP client of the standard library: only for those who ask.
    from urllib.request import proxy_bypass

    parts = urlsplit(url)
    if network.is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    names = (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    name = next((each for each in names if os.environ.get(each)), None)
    return None if name is None else (name, os.environ[name].rpartition("://")[2].rpartition("@")[2].rstrip("/"))


def environment_value(name: str) -> str | None:
    """Return a variable of the environment, for files of settings that refer to it; None if it is not set."""
    return os.environ.get(name)


def child_environment(*, with_settings: bool = True, **values: str) -> dict[str, str]:
    """Return the environment for a process this one starts.

    Args:
        with_settings: Whether the hub's own variables are handed on; what is built must not depend on them.
        **values: What is added.
    """
    own = tuple(_EXAMPLES)
    return {name: value for name, value in os.environ.items() if with_settings or name not in own} | values
