"""`reflex run --env prod` does what `make run` does."""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.support.exported import Exported
from tests.support.pages import one_presses_test_the_other_watches
from tests.support.server import HubProcess


def test_the_main_job_works_under_reflex_run(
    exported: Exported, hub_process: Callable[..., HubProcess], new_page: Callable[..., Page]
) -> None:
    """The same pages, API and sockets on one port, by Reflex's own command, in an unactivated environment.

    Where an export was made: that its packages can be installed is seen by that.
    """
    reflex = str(Path(sys.executable).with_name("reflex"))
    hub = hub_process("reflex", reflex, "run", "--env", "prod", cwd=str(exported.tree), ANTHROPIC_API_KEY="").start()
    one_presses_test_the_other_watches(hub, new_page)
