"""The file that HUB_MCP_FILE names: which MCP servers the hub's admin wants.

Its form is the usual one of MCP::

    {"mcpServers": {"time": {"command": "mcp-server-time", "args": ["--local-timezone", "UTC"]},
                    "docs": {"url": "https://docs.example.com/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}}}}

`${NAME}` stands for a variable of the hub's environment. Only what the hub starts with is read: a command that a page
or a caller of the API could set would be theirs to run.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from execution_hub.errors import SettingsError
from execution_hub.json_file import first_problem, quoted, read_json_object
from execution_hub.settings import environment_value
from execution_hub.tools.builtin import HUB
from execution_hub.tools.secrets import Secrets

VARIABLE = "HUB_MCP_FILE"
FILE_MAX_BYTES = 1_000_000
SERVERS_MAX = 50
SERVER_NAME_MAX = 32
TIMEOUT_MAX_SECONDS = 3_600
EXAMPLE = '{"mcpServers": {"time": {"command": "mcp-server-time", "args": []}}}'
_TEXT_MAX = 10_000
# No two underscores: they part a server from its tool in the names that models see.
_SERVER_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]|_(?!_|$))*")
_REFERENCE = re.compile(r"\$\{([^}]*)\}?")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Variables that are known to hold nothing secret; their values stand in many paths.
_OPEN = {"HOME", "PATH", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "PWD", "TMPDIR", "HOSTNAME"}
_SECRET_NAME = re.compile(r"key|token|secret|passw|credential|auth|cookie", re.IGNORECASE)
_HEADERS = "headers."
# In an address of a database, of a proxy, of a repository.
_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")

_Text = Annotated[str, Field(max_length=_TEXT_MAX, pattern=r"^[^\x00]*$")]


class _HubPart(BaseModel):
    """What the file says for the hub alone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    idempotent: list[_Text] = Field([], max_length=1_000)
    timeoutSeconds: float | None = Field(None, gt=0, le=TIMEOUT_MAX_SECONDS, allow_inf_nan=False)  # noqa: N815


class _Entry(BaseModel):
    """What the file says of a server."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["stdio", "http", "streamable-http", "streamableHttp"] | None = None
    command: _Text | None = None
    args: list[_Text] = Field([], max_length=1_000)
    env: dict[_Text, _Text] = Field({}, max_length=1_000)
    cwd: _Text | None = None
    url: _Text | None = None
    headers: dict[_Text, _Text] = Field({}, max_length=100)
    disabled: bool = False
    hub: _HubPart = _HubPart()


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A server that is to be kept.

    Attributes:
        name: Its name.
        command: The program; empty for a server that is reached by `url`.
        args, env, cwd: Its arguments, what it finds in its environment besides the usual, and its folder.
        url, headers: Where it is reached, and what each request carries.
        idempotent: The tools that may be called again after a crash.
        timeout_seconds: How long its handshake, and each call at most, may take; None for the hub's usual.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    cwd: str | None = None
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    idempotent: frozenset[str] = frozenset()
    timeout_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class McpFile:
    """What the file says.

    Attributes:
        servers: The servers, in its order.
        secrets: What nobody is to read of it.
    """

    servers: tuple[ServerConfig, ...] = ()
    secrets: Secrets = Secrets()


def read_mcp_file(path: Path | None, variable: Callable[[str], str | None] = environment_value) -> McpFile:
    """Return what the file says.

    Args:
        path: The file; None for no servers.
        variable: What tells the value of a variable of the environment; None for one that is not set.

    Raises:
        SettingsError: The file cannot be read, or an entry does not fit: one line names the server and the field.
    """
    if path is None:
        return McpFile()
    try:
        told = read_json_object(path, FILE_MAX_BYTES)
    except ValueError as problem:
        _refuse(str(problem))
    named = told.get("mcpServers")
    if not isinstance(named, dict):
        _refuse(f"{path} holds no object mcpServers")
    if len(named) > SERVERS_MAX:
        _refuse(f"{len(named)} servers are more than {SERVERS_MAX}")
    secrets: dict[str, str] = {}
    servers = [_server(name, entry, variable, secrets) for name, entry in named.items()]
    return McpFile(tuple(each for each in servers if each is not None), Secrets(secrets))


def _server(
    name: str, told: Any, variable: Callable[[str], str | None], secrets: dict[str, str]
) -> ServerConfig | None:
    where = f"server {quoted(name)}"
    if len(name) > SERVER_NAME_MAX or not _SERVER_NAME.fullmatch(name):
        rule = "begins with a letter or digit and goes on with these, '.', '-' and single '_'"
        _refuse(f"{where}: a name has at most {SERVER_NAME_MAX} characters, {rule}")
    if name == HUB:
        _refuse(f"{where}: this is the built-in server; choose another name")
    entry = _entry(where, told)
    if entry.disabled:
        return None
    fill = _Filling(name, where, variable, secrets)
    headers = tuple((each, fill(f"{_HEADERS}{each}", text, is_secret=True)) for each, text in entry.headers.items())
    config = ServerConfig(
        name=name,
        command=fill("command", entry.command or ""),
        args=tuple(fill(f"args.{number}", text) for number, text in enumerate(entry.args)),
        env=tuple(
            (each, fill(f"env.{each}", text, is_secret=bool(_SECRET_NAME.search(each))))
            for each, text in entry.env.items()
        ),
        cwd=None if entry.cwd is None else fill("cwd", entry.cwd),
        url=fill("url", entry.url or ""),
        headers=headers,
        idempotent=frozenset(entry.hub.idempotent),
        timeout_seconds=entry.hub.timeoutSeconds,
    )
    if entry.command is None:
        _check_url(where, config.url)
    else:
        _check_program(where, config)
    for each, text in headers:
        _check_header(where, each, text)
    return config


def _entry(where: str, told: Any) -> _Entry:
    if isinstance(told, dict) and told.get("type") == "sse":
        _refuse(f"{where}: 'type': sse is the old transport; give the server's address for streamable HTTP")
    try:
        entry = _Entry.model_validate(told)
    except ValidationError as error:
        _refuse(f"{where}: {first_problem(error)}")
    if (entry.command is None) == (entry.url is None):
        _refuse(f"{where}: give either 'command' or 'url'")
    return entry


@dataclass(frozen=True, slots=True)
class _Filling:
    """Puts variables in their places, and notes which values are secret."""

    name: str
    where: str
    variable: Callable[[str], str | None]
    secrets: dict[str, str]

    def __call__(self, field: str, text: str, *, is_secret: bool = False) -> str:
        def value(found: re.Match[str]) -> str:
            wanted = found[1]
            if not found[0].endswith("}") or not _VARIABLE_NAME.fullmatch(wanted):
                _refuse(f"{self.where}: {field!r}: {quoted(found[0])} is no variable, which reads ${{NAME}}")
            held = self.variable(wanted)
            if held is None:
                _refuse(f"{self.where}: {field!r}: the environment variable {wanted} is not set")
            if wanted not in _OPEN:
                self.secrets[wanted] = held
            return held

        whole = _REFERENCE.sub(value, text)
        if is_secret and whole == text:
            # Written into the file itself.
            self.secrets[f"{self.name} {field}"] = text
            if field.startswith(_HEADERS):
                self.secrets[f"{self.name} {field} value"] = text.partition(" ")[2]
        if field.startswith(_HEADERS):
            self.secrets[f"{self.name} {field} password"] = _basic_password(whole)
        for number, password in enumerate(_PASSWORD.findall(whole)):
            self.secrets[f"{self.name} {field} password {number + 1}"] = unquote(password)
        return whole


def _basic_password(header: str) -> str:
    """Return the password that a header for basic authentication holds; empty if it is another one."""
    scheme, _, told = header.partition(" ")
    with suppress(ValueError):
        return b64decode(told).decode().partition(":")[2] if scheme.lower() == "basic" else ""
    return ""


def _check_program(where: str, config: ServerConfig) -> None:
    command, cwd = config.command, config.cwd
    if not command.strip():
        _refuse(f"{where}: 'command': is empty")
    if "/" in command and not command.startswith("/"):
        _refuse(f"{where}: 'command': give an absolute path, or a name that is found on PATH")
    if cwd is not None and not cwd.startswith("/"):
        _refuse(f"{where}: 'cwd': give an absolute path")
    for each, _ in config.env:
        if not each or "=" in each:
            _refuse(f"{where}: 'env': {quoted(each)} is no name of a variable")


def _check_url(where: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_fine = False
    if not is_fine or not url.isprintable() or " " in url:
        _refuse(f"{where}: 'url': must read http://HOST/PATH or https://HOST/PATH")
    if parts.username or parts.password:
        _refuse(f"{where}: 'url': holds a password; give it in 'headers'")


def _check_header(where: str, name: str, value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        _refuse(f"{where}: 'headers': {quoted(name)} is no name of a header")
    if not value.isascii() or not value.isprintable():
        _refuse(f"{where}: 'headers.{name}': holds a character that no header may hold")


def _refuse(problem: str) -> NoReturn:
    raise SettingsError(f"{VARIABLE}: {problem}. Example: {EXAMPLE}", field=VARIABLE)
