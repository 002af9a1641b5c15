"""The change to Reflex's compiled client, on the client as it is installed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from reflex_base.constants import Templates

from execution_hub.settings import Settings
from execution_hub.ui import transport
from execution_hub.ui.browser_code import FOLDER
from execution_hub.ui.transport import MARK, STATE_FILE, TransportPlugin, patch, socket_server

ORIGINAL = (Path(Templates.Dirs.WEB_TEMPLATE) / STATE_FILE).read_text()


def test_the_installed_client_gets_the_hubs_transport() -> None:
    changed = patch(ORIGINAL)
    assert MARK not in ORIGINAL
    assert changed.startswith(f"// {MARK}")
    assert "[env.TRANSPORT]" not in changed
    assert "withoutOlder(withoutUnknownSubstates(update.delta))" in changed
    assert f"[retryMs, deadMs] = [{transport.WEBSOCKET_RETRY_SECONDS}000, 15000];" in changed


def test_the_client_imports_only_what_its_module_exports_and_calls_all_of_it() -> None:
    changed = patch(ORIGINAL)
    found = re.search(r'^import \{ (.+) \} from "\$/browser/transport\.js";$', changed, re.MULTILINE)
    assert found
    names = found[1].split(", ")
    exported = re.findall(r"^export const (\w+) =", (FOLDER / "transport.js").read_text(), re.MULTILINE)
    assert set(names) <= set(exported)
    assert all(changed.count(name) > 1 for name in names)


def test_a_page_calls_itself_stale_after_two_pings_and_a_little() -> None:
    told = re.search(r"^const SILENCE_MS = (\d+);$", (FOLDER / "clock.js").read_text(), re.MULTILINE)
    assert told
    assert 2000 < int(told[1]) - 2000 * transport.PING_INTERVAL_SECONDS < 10_000


def test_a_changed_client_stays_as_it_is() -> None:
    once = patch(ORIGINAL)
    assert patch(once) == once


def test_a_client_changed_by_another_version_is_changed_anew_from_the_original() -> None:
    other = patch(ORIGINAL).replace(patch(ORIGINAL).splitlines()[0], f"// {MARK} 000000000000", 1)
    assert patch(other) == patch(ORIGINAL)


@pytest.mark.parametrize("change", transport._CHANGES, ids=["endpoint", "transports", "socket", "delta", "presses"])
def test_another_client_than_the_known_one_fails_loudly(change: tuple[str, str, int]) -> None:
    with pytest.raises(RuntimeError, match=r"transport\.py knows: expected \d times, found 0"):
        patch(ORIGINAL.replace(change[0], ""))


def test_the_plugin_asks_for_the_client_and_nothing_else() -> None:
    asked: list[tuple[str, Any]] = []
    context: Any = {"add_modify_task": lambda *words: asked.append(words)}
    TransportPlugin().pre_compile(**context)
    assert asked == [(STATE_FILE, patch)]


def test_the_socket_server_offers_both_transports_or_polling_only() -> None:
    both = socket_server(Settings(HUB_TRANSPORT="auto"))
    assert set(both.eio.transports) == {"polling", "websocket"}
    polling = socket_server(Settings(HUB_TRANSPORT="polling"))
    assert polling.eio.transports == ["polling"]
    assert polling.eio.allow_upgrades is False


def test_what_the_environment_file_of_the_pages_gets_is_json() -> None:
    assert json.loads(json.dumps(TransportPlugin().update_env_json())).keys() == {"HUB_OWN_ORIGIN"}
