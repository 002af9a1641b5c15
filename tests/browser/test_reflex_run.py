"""`reflex run --env prod` does what `make run` does."""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.test_live import test_one_presses_test_and_leaves_the_other_watches as main_job
from tests.support.server import HubProcess


def test_the_main_job_works_under_reflex_run(
    hub_process: Callable[..., HubProcess], new_page: Callable[..., Page]
) -> None:
    """The same pages, API and sockets on one port, by Reflex's own command, in an unactivated environment."""
    reflex = str(Path(sys.executable).with_name("reflex"))
    hub = hub_process("reflex", reflex, "run", "--env", "prod", ANTHROPIC_API_KEY="").start()
    main_job(hub, new_page)
