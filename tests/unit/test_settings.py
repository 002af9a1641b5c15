"""The settings: what a wrong one says, and what the right ones become."""

from pathlib import Path

import pytest

from execution_hub import settings
from execution_hub.errors import SettingsError
from execution_hub.exposure import exposure
from execution_hub.settings import child_environment, load_settings, proxy_for, traces_endpoint
from execution_hub.store.urls import app_url, engine_url, sqlite_file


@pytest.fixture(autouse=True)
def empty_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a `.env` of the checkout out of it."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_PORT", "eighty"),
        ("HUB_PORT", "0"),
        ("HUB_PORT", "70000"),
        ("HUB_DATABASE_URL", "mysql://localhost/hub"),
        ("HUB_ALLOWED_HOSTS", "https://hub.example.com/"),
        ("HUB_ALLOWED_ORIGINS", "tools.example.com"),
        ("HUB_ALLOWED_ORIGINS", "https://tools.example.com/page"),
        ("HUB_ALLOWED_ORIGINS", "https://tools.example.com, *"),
        ("HUB_ALLOWED_ORIGINS", "https://user:secret@tools.example.com"),
        ("HUB_ALLOWED_ORIGINS", "https://tools.example.com:port"),
        ("HUB_TRANSPORT", "carrier-pigeon"),
        ("HUB_MAX_CONCURRENCY", "0"),
        ("HUB_EXECUTION_TIMEOUT_SECONDS", "-1"),
        ("HUB_PROVIDER_LIMITS", "50/40000"),
        ("HUB_PROVIDER_LIMITS", "google=50"),
        ("HUB_PROVIDER_LIMITS", "anthropic=0"),
        ("HUB_PROVIDER_LIMITS", "openai=5,openai=6"),
        ("HUB_RETENTION_DAYS", "a week"),
        ("HUB_RETENTION_MAX", "-5"),
        ("HUB_HOST", "http://localhost"),
        ("HUB_HOST", "localhost:8000"),
        ("HUB_HOST", "[localhost]"),
        ("HUB_HOST", "*"),
        ("HUB_DATA_DIR", "~nobody-of-this-name/data"),
        ("HUB_DATA_DIR", "'/var/lib/hub'"),
        ("HUB_DATABASE_URL", "sqlite://"),
        ("HUB_DATABASE_URL", "sqlite://hub.db"),
        ("HUB_DATABASE_URL", "postgresql://hub:secret@localhost"),
        ("HUB_DATABASE_URL", "postgresql://hub:secret@localhost:port/hub"),
        ("HUB_DATABASE_URL", "postgresql://hub:sec@ret/x@localhost/hub"),
        ("HUB_DATABASE_URL", "postgresql://hub:sec@ret?x@localhost/hub"),
        ("HUB_DATABASE_URL", '"postgresql://hub:secret@localhost/hub"'),
        ("HUB_ALLOWED_HOSTS", " , "),
        ("HUB_PRICES_FILE", "~nobody-of-this-name/prices.json"),
        ("HUB_WEBHOOK_SECRET", "short-secret"),
        ("HUB_WEBHOOK_SECRET", '"a-long-secret-in-quotes"'),
        ("ANTHROPIC_API_KEY", '"sk-ant-secret"'),
        ("ANTHROPIC_API_KEY", "'sk-ant-secret'\n"),
        ("ANTHROPIC_BASE_URL", "api.example.com"),
        ("ANTHROPIC_BASE_URL", "https://"),
        ("ANTHROPIC_BASE_URL", "https://user:secret@gateway.example.com"),
        ("ANTHROPIC_BASE_URL", "https://gateway.example.com?key=secret"),
        ("ANTHROPIC_BASE_URL", "https://gateway.example.com/v1#secret"),
        ("ANTHROPIC_BASE_URL", "https://gateway example.com"),
        ("ANTHROPIC_BASE_URL", "http://[secret"),
        ("ANTHROPIC_BASE_URL", "http://localhost:port"),
        ("OPENAI_API_KEY", '"sk-secret"'),
        ("OPENAI_BASE_URL", "https://user:secret@models.example.com/v1"),
    ],
)
def test_a_wrong_value_is_one_line_with_variable_problem_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = caught.value.message
    assert message.startswith(f"{name}: ")
    assert f"Example: {name}=" in message
    assert "\n" not in message
    assert caught.value.details["field"] == name
    assert "secret" not in message and "sec@" not in message


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "")
    assert load_settings().port == 8000


def test_a_value_from_dot_env_gives_way_to_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUB_PORT=9001\nHUB_MAX_CONCURRENCY=3\n")
    monkeypatch.setenv("HUB_PORT", "9002")
    found = load_settings()
    assert (found.port, found.max_concurrency) == (9002, 3)


@pytest.mark.parametrize("where", ["environment", "file"])
@pytest.mark.parametrize(
    ("value", "folder"), [("", ".data"), ("./my data", "my data"), ("../a%20b", "../a%20b"), ("/x/y#z", "/x/y#z")]
)
def test_a_relative_path_is_the_project_s_wherever_it_is_called_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str, value: str, folder: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    if where == "file":
        (tmp_path / ".env").write_text(f"HUB_DATA_DIR='{value}'\n")
    else:
        monkeypatch.setenv("HUB_DATA_DIR", value)
    assert load_settings().data_dir == tmp_path / folder


def test_a_home_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUB_DATA_DIR", "~/hub")
    assert load_settings().data_dir == tmp_path / "home" / "hub"


@pytest.mark.parametrize("content", [b"HUB_PORT=\xff\n", None])
def test_a_settings_file_that_cannot_be_read_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is None:

        def refuse(*_words: object, **_more: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(settings, "Settings", refuse)
    else:
        (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"The settings in {tmp_path / '.env'} cannot be read: ")


def test_the_databases_are_two_files_or_one_postgresql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    embedded = load_settings()
    assert sqlite_file(app_url(embedded)) == tmp_path / ".data" / "hub.sqlite3"
    assert sqlite_file(engine_url(embedded)) == tmp_path / ".data" / "engine.sqlite3"
    monkeypatch.setenv("HUB_DATABASE_URL", "postgres://me@localhost/hub")
    served = load_settings()
    assert str(app_url(served)) == "postgresql+psycopg://me@localhost/hub" == str(engine_url(served))


@pytest.mark.parametrize(
    "rest",
    ["me@localhost/hub", "a@b:p?x/y:z@[::1]:5432/hub?sslmode=prefer", "/hub?host=/run/x@y", "localhost:5432/hub"],
)
def test_a_database_is_named_as_it_always_was(monkeypatch: pytest.MonkeyPatch, rest: str) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", f"postgresql://{rest}")
    assert app_url(load_settings()).database == "hub"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://api.anthropic.com/v1", "https://api.anthropic.com"),
        ("https://gateway.example.com/anthropic/v1/messages", "https://gateway.example.com/anthropic"),
        (" http://localhost:8080/ ", "http://localhost:8080"),
        ("https://gateway.example.com/v1beta", "https://gateway.example.com/v1beta"),
    ],
)
def test_a_base_url_loses_the_path_that_the_sdk_adds(monkeypatch: pytest.MonkeyPatch, given: str, meant: str) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", given)
    assert load_settings().anthropic_base_url == meant


def test_the_proxy_of_an_address_is_known_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example.com:3128/")
    monkeypatch.setenv("no_proxy", "internal.example.com")
    assert proxy_for("https://api.anthropic.com") == ("HTTPS_PROXY", "proxy.example.com:3128")
    assert proxy_for("https://internal.example.com") is None
    assert proxy_for("http://api.anthropic.com") is None
    assert proxy_for("https://127.0.0.1:8080") is None
    assert proxy_for("https://[::1]:8080") is None


def test_host_names_are_split_and_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ALLOWED_HOSTS", " Hub.Example.com, localhost ,")
    assert load_settings().allowed_hosts == ("hub.example.com", "localhost")


def test_origins_are_brought_into_one_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ALLOWED_ORIGINS", " https://Tools.Example.com:443/, http://localhost:80,http://[::1]:99 ,")
    assert load_settings().allowed_origins == ("https://tools.example.com", "http://localhost", "http://[::1]:99")


@pytest.mark.parametrize(
    ("host", "is_told"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True), ("::", True), ("192.0.2.7", True)],
)
def test_a_hub_that_others_reach_says_that_it_has_no_login(
    monkeypatch: pytest.MonkeyPatch, host: str, is_told: bool
) -> None:
    """One line, which names the setting and what to do."""
    monkeypatch.setenv("HUB_HOST", host)
    told = exposure(load_settings())
    assert (told is not None) is is_told
    assert not is_told or ("\n" not in str(told) and f"HUB_HOST {host}" in str(told) and "no login" in str(told))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
        ("[::]", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("hub.local", "http://hub.local:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(monkeypatch: pytest.MonkeyPatch, host: str, address: str) -> None:
    monkeypatch.setenv("HUB_HOST", host)
    assert load_settings().address == address


def test_the_key_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "very-secret")
    monkeypatch.setenv("HUB_WEBHOOK_SECRET", "very-secret and very long")
    found = load_settings()
    assert "very-secret" not in f"{found} {found!r}"


def test_a_build_gets_none_of_the_settings_and_a_server_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "9001")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "very-secret")
    built = child_environment(with_settings=False, TERM="dumb")
    assert built["TERM"] == "dumb"
    assert not {"HUB_PORT", "ANTHROPIC_API_KEY"} & built.keys()
    assert child_environment()["HUB_PORT"] == "9001"


def test_a_file_of_prices_is_relative_to_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().prices_file is None
    monkeypatch.setenv("HUB_PRICES_FILE", "./my prices.json")
    assert load_settings().prices_file == tmp_path / "my prices.json"


def test_traces_are_sent_where_the_standard_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert traces_endpoint() is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    assert traces_endpoint() == "http://collector:4318"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces/v1")
    assert traces_endpoint() == "https://traces/v1"
    for name, value in (("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert traces_endpoint() is None


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "must start with http:// or https://"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf only"),
    ],
)
def test_where_traces_cannot_be_sent_the_hub_says_which_variable_is_wrong(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        traces_endpoint()
    assert raised.value.message.startswith(name) and problem in raised.value.message
