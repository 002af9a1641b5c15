"""What processes of tests/support/preloaded.py have loaded when they begin: all that hubs and the terminal load.

None of it reads the environment while it is loaded: that is each process's own.
"""

import gc

# What is loaded stays: looking for garbage in it again and again is a third of the loading.
gc.disable()

import alembic.command  # noqa: E402, F401
import granian  # noqa: E402, F401
import rich.cells  # noqa: E402, F401

import execution_hub.api.app  # noqa: E402
import execution_hub.console.commands  # noqa: E402
import execution_hub.hub.executions  # noqa: E402
import execution_hub.hub.retention  # noqa: E402
import execution_hub.llm.claude  # noqa: E402
import execution_hub.llm.simulated  # noqa: E402
import execution_hub.ui.acting  # noqa: E402
import execution_hub.ui.site  # noqa: E402
import tests.support.bare_hub  # noqa: E402
import tests.support.migrations  # noqa: E402, F401

# Long enough to be still running after a page has been opened on a machine that is busy with other tests; none waits
# for the end of it.
execution_hub.llm.simulated.SLOW_SECONDS = (60.0, 90.0)
# Long enough for several pages to be looked at before it is pressed.
for each in (execution_hub.hub.executions, execution_hub.hub.retention, execution_hub.ui.acting):
    each.UNDO_SECONDS = 30.0

gc.freeze()
gc.enable()
