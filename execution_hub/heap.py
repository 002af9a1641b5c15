"""What is loaded, kept out of the search for garbage."""

import gc
import sys
import threading
import time
from collections.abc import Sized

# How often it is looked whether much has been loaded, and how many modules are much.
LOOK_SECONDS = 5.0
MODULES_MIN = 30


class FrozenHeap:
    """Keeps what is loaded out of the search for garbage: it stays for good, and looking through it holds everybody up.

    Measured with 100 agents at work: a quarter of a second each time, with the SDKs, which are loaded when they are
    first needed, once a second.
    """

    def __init__(self, modules: Sized | None = None) -> None:
        """Freeze what is loaded now.

        Args:
            modules: What is loaded; all modules of this process if omitted.
        """
        self._modules: Sized = sys.modules if modules is None else modules
        self._known = 0
        self.look()

    def look(self) -> bool:
        """Freeze what is loaded, if much has come since the last time; returns whether it has."""
        found = len(self._modules)
        if found - self._known < MODULES_MIN:
            return False
        self._known = found
        gc.collect()
        gc.freeze()
        return True

    def go_on(self) -> None:
        """Look now and then, for ever."""
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()


def keep_frozen() -> None:
    """Freeze what is loaded, now and whenever much has been loaded since, for as long as the process lives."""
    threading.Thread(target=FrozenHeap().go_on, name="hub-heap", daemon=True).start()
