"""The State of what a person does to a suite's run besides what can be done to every execution."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.runners.suite_run import SuiteRun
from execution_hub.ui.starting import start_and_open
from execution_hub.views.starting import SubmissionKey


class SuiteRunState(rx.State):
    """What a run's page is about to start."""

    is_starting: bool = False

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def rerun_failed(self, execution_id: int, suite_id: int) -> AsyncIterator[Any]:
        """Run again the cells of a run that did not pass, and go to the new run.

        Args:
            execution_id: The run, which has ended.
            suite_id: Its suite.
        """
        if self.is_starting:
            return
        self.is_starting = True
        yield
        failed = SuiteRun(suite_id, failed_of=execution_id)
        opened = await start_and_open(
            self,
            (execution_id,),
            lambda hub, key: hub.executions.start(failed, idempotency_key=key),
        )
        self.is_starting = False
        yield opened
