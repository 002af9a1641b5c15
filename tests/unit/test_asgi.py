"""What the server process does around the app."""

import gc

from execution_hub.asgi import MODULES_MIN, SetAside


def test_what_is_loaded_later_is_set_aside_too() -> None:
    """Much at a time: an SDK, not a module of our own."""
    modules = dict.fromkeys(range(MODULES_MIN))
    try:
        aside = SetAside(modules)
        before = gc.get_freeze_count()
        assert before > 0
        kept = [[each] for each in range(10_000)]
        modules[MODULES_MIN] = None
        assert not aside.look()
        modules |= dict.fromkeys(range(2 * MODULES_MIN))
        assert aside.look()
        assert gc.get_freeze_count() >= before + len(kept)
    finally:
        gc.unfreeze()
