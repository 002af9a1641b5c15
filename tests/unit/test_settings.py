"""The settings: what a wrong one says, and what the right ones become."""

from pathlib import Path

import pytest

from execution_hub.errors import SettingsError
from execution_hub.settings import child_environment, load_settings


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a `.env` of the checkout out of it."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_PORT", "eighty"),
        ("HUB_PORT", "0"),
        ("HUB_PORT", "70000"),
        ("HUB_DATABASE_URL", "mysql://localhost/hub"),
        ("HUB_ALLOWED_HOSTS", "https://hub.example.com/"),
        ("HUB_TRANSPORT", "carrier-pigeon"),
        ("HUB_REDIS_URL", "localhost:6379"),
        ("HUB_MAX_CONCURRENCY", "0"),
        ("HUB_EXECUTION_TIMEOUT_SECONDS", "-1"),
        ("HUB_RETENTION_DAYS", "a week"),
        ("HUB_RETENTION_MAX", "-5"),
        ("ANTHROPIC_BASE_URL", "api.example.com"),
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


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "")
    assert load_settings().port == 8000


def test_a_value_from_dot_env_gives_way_to_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUB_PORT=9001\nHUB_MAX_CONCURRENCY=3\n")
    monkeypatch.setenv("HUB_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.max_concurrency) == (9002, 3)


def test_the_data_folder_is_absolute_so_that_a_later_chdir_does_not_move_it(tmp_path: Path) -> None:
    assert load_settings().data_dir == tmp_path / ".data"


def test_the_databases_are_two_files_or_one_postgresql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    embedded = load_settings()
    assert embedded.sqlalchemy_url != embedded.engine_url
    assert str(tmp_path) in embedded.sqlalchemy_url
    monkeypatch.setenv("HUB_DATABASE_URL", "postgres://me@localhost/hub")
    assert load_settings().sqlalchemy_url == "postgresql+psycopg://me@localhost/hub" == load_settings().engine_url


def test_host_names_are_split_and_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ALLOWED_HOSTS", " Hub.Example.com, localhost ,")
    assert load_settings().allowed_hosts == ("hub.example.com", "localhost")


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("hub.local", "http://hub.local:8000")],
)
def test_the_address_is_one_that_a_browser_can_open(monkeypatch: pytest.MonkeyPatch, host: str, address: str) -> None:
    monkeypatch.setenv("HUB_HOST", host)
    assert load_settings().address == address


def test_the_key_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "very-secret")
    settings = load_settings()
    assert "very-secret" not in f"{settings} {settings!r}"


def test_a_build_gets_none_of_the_settings_and_a_server_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "9001")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "very-secret")
    built = child_environment(with_settings=False, TERM="dumb")
    assert built["TERM"] == "dumb"
    assert not {"HUB_PORT", "ANTHROPIC_API_KEY"} & built.keys()
    assert child_environment()["HUB_PORT"] == "9001"
