"""The file of MCP servers: what it may say, and what is said of mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from execution_hub.errors import SettingsError
from execution_hub.tools.mcp_file import McpFile, read_mcp_file
from execution_hub.tools.secrets import Secrets

VARIABLES = {"TOKEN": "tok-123456789", "HOME": "/home/hub", "SHORT": "1"}


def read(path: Path, told: Any) -> McpFile:
    """Return what a file is read as."""
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return read_mcp_file(path, VARIABLES.get)


def test_a_file_as_other_programs_have_it_is_read_with_its_variables(tmp_path: Path) -> None:
    """Both transports; what is disabled is left out."""
    told = {
        "mcpServers": {
            "files": {
                "type": "stdio",
                "command": "npx",
                "args": ["-y", "server", "${HOME}/notes"],
                "env": {"API_TOKEN": "${TOKEN}", "MODE": "read"},
                "cwd": "/srv",
                "hub": {"idempotent": ["read_file"], "timeoutSeconds": 5},
            },
            "docs.v2": {"url": "https://docs.example.com/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}},
            "off": {"command": "x", "disabled": True},
        }
    }
    found = read(tmp_path / "mcp.json", told)
    files, docs = found.servers
    assert (files.command, files.args) == ("npx", ("-y", "server", "/home/hub/notes"))
    assert dict(files.env) == {"API_TOKEN": "tok-123456789", "MODE": "read"}
    assert (files.cwd, files.idempotent, files.timeout_seconds) == ("/srv", frozenset({"read_file"}), 5.0)
    assert (docs.name, docs.url, docs.headers) == (
        "docs.v2",
        "https://docs.example.com/mcp",
        (("Authorization", "Bearer tok-123456789"),),
    )
    assert found.secrets.redact("tok-123456789 in /home/hub/notes") == "[secret TOKEN] in /home/hub/notes"
    assert read_mcp_file(None) == McpFile((), read_mcp_file(None).secrets)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("text", "server 'a'"),
        ({}, "either 'command' or 'url'"),
        ({"command": "x", "url": "http://h/"}, "either 'command' or 'url'"),
        ({"command": ""}, "'command': is empty"),
        ({"command": "./x"}, "'command': give an absolute path"),
        ({"command": "x", "cwd": "here"}, "'cwd': give an absolute path"),
        ({"command": "x", "args": "y"}, "'args'"),
        ({"command": "x", "args": [1]}, "'args.0'"),
        ({"command": "x", "env": {"A": 1}}, "'env.A'"),
        ({"command": "x", "env": {"A=B": "1"}}, "is no name of a variable"),
        ({"command": "x", "args": ["${MISSING}"]}, "'args.0': the environment variable MISSING is not set"),
        ({"command": "x", "env": {"A": "${}"}}, "'env.A': '${}' is no variable"),
        ({"command": "x", "env": {"A": "${B:-c}"}}, "is no variable"),
        ({"command": "x", "env": {"A": "${TOKEN"}}, "is no variable"),
        ({"command": "x", "args": ["\x00"]}, "'args.0'"),
        ({"command": "x", "autoApprove": ["y"]}, "'autoApprove'"),
        ({"command": "x", "hub": {"timeoutSeconds": 0}}, "'hub.timeoutSeconds'"),
        ({"command": "x", "hub": {"timeout": 1}}, "'hub.timeout'"),
        ({"type": "sse", "url": "http://h/"}, "sse is the old transport"),
        ({"url": "file:///etc/passwd"}, "'url'"),
        ({"url": "http://user:tok-123456789@host/"}, "holds a password"),
        ({"url": "http://h/", "headers": {"a b": "c"}}, "no name of a header"),
        ({"url": "http://h/", "headers": {"a": "c\r\nd"}}, "'headers.a'"),
    ],
)
def test_a_mistake_is_told_with_server_and_field_and_never_with_a_secret(
    tmp_path: Path, entry: Any, words: str
) -> None:
    """One line, that also shows what would be right."""
    with pytest.raises(SettingsError) as found:
        read(tmp_path / "mcp.json", {"mcpServers": {"a": entry}})
    assert found.value.message.startswith("HUB_MCP_FILE: server 'a'")
    assert words in found.value.message
    assert "tok-" not in found.value.message
    assert "Example: " in found.value.message
    assert "\n" not in found.value.message


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("{", "is no JSON (line 1"),
        ("[]", "holds no object"),
        ("{}", "no object mcpServers"),
        ('{"mcpServers": {"a": {}, "a": {}}}', "'a' is there twice"),
        ({"mcpServers": {"hub": {"command": "x"}}}, "built-in server"),
        ({"mcpServers": {"a__b": {"command": "x"}}}, "a name has at most"),
        ({"mcpServers": {"a_": {"command": "x"}}}, "a name has at most"),
        ({"mcpServers": {"a/b": {"command": "x"}}}, "a name has at most"),
        ({"mcpServers": {"a" * 33: {"command": "x"}}}, "a name has at most"),
        ({"mcpServers": {f"s{n}": {"command": "x"} for n in range(51)}}, "51 servers are more than 50"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_that_is_none_stops_with_one_line(tmp_path: Path, told: Any, words: str) -> None:
    """And so does one that is not there."""
    with pytest.raises(SettingsError) as found:
        read(tmp_path / "mcp.json", told)
    assert words in found.value.message
    with pytest.raises(SettingsError, match="is no file"):
        read_mcp_file(tmp_path / "other.json")


@pytest.mark.parametrize(
    ("entry", "secrets"),
    [
        ({"url": "http://h/", "headers": {"Authorization": "Bearer abc-123-def"}}, ("abc-123-def",)),
        ({"url": "http://h/", "headers": {"Authorization": "Basic dXNlcjpwdy13aXRoLTE="}}, ("pw-with-1",)),
        ({"command": "x", "env": {"DATABASE_URL": "postgres://me:pw-with-%40@h/db"}}, ("pw-with-%40", "pw-with-@")),
        ({"command": "x", "args": ["https://me:ghp_123456@example.com/r.git"]}, ("ghp_123456",)),
        ({"command": "x", "env": {"PRIVATE_KEY": "-----BEGIN KEY-----\nMIIabcdefghijk\n-----"}}, ("MIIabcdefghijk",)),
    ],
)
def test_a_secret_inside_of_a_value_is_one_too(tmp_path: Path, entry: Any, secrets: tuple[str, ...]) -> None:
    """What a program takes out of a header, an address or a key, it may say by itself."""
    found = read(tmp_path / "mcp.json", {"mcpServers": {"a": entry}}).secrets
    for secret in secrets:
        assert secret not in found.redact(f"it is {secret}.")


def test_secrets_are_taken_out_in_every_form_in_which_they_are_said() -> None:
    """Plain, in JSON, in an address; what is too short to be one stays."""
    secrets = Secrets({"A": 'pass"word/1', "B": "1", "C": "longer pass\u00e9"})
    assert secrets.redact('pass"word/1 1') == "[secret A] 1"
    assert secrets.redact(json.dumps({"x": 'pass"word/1'})) == '{"x": "[secret A]"}'
    assert secrets.redact("?q=pass%22word%2F1") == "?q=[secret A]"
    assert secrets.redact(json.dumps("longer pass\u00e9")) == '"[secret C]"'
