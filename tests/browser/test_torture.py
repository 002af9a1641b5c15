"""Pages behind a network of the worst kind: in the end everybody agrees, and no log has a gap or a repeat."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.chaos.network import run, words_for
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess

SECONDS = 20


def test_after_a_bad_network_pages_script_api_and_database_agree(
    hub_process: Callable[..., HubProcess], messages_server: MessagesServer, new_page: Callable[..., Page]
) -> None:
    """Two dashboards, an opened execution and a script, while connections are cut, delayed, swallowed, refused."""
    messages_server.default = words_for(SECONDS + 5)
    hub = hub_process().start()
    report = run(hub, new_page, seconds=SECONDS, executions=10, seed=5)
    assert report.is_clean, report
    assert all(report.faults.values()), report
    assert report.reconnects > 0, report
