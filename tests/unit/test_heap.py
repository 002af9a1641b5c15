"""What a process keeps out of the search for garbage."""

import gc

from execution_hub.heap import MODULES_MIN, FrozenHeap


def test_what_is_loaded_later_is_frozen_too() -> None:
    """Much at a time: an SDK, not a module of our own."""
    modules = dict.fromkeys(range(MODULES_MIN))
    try:
        heap = FrozenHeap(modules)
        before = gc.get_freeze_count()
        assert before > 0
        kept = [[each] for each in range(10_000)]
        modules[MODULES_MIN] = None
        assert not heap.look()
        modules |= dict.fromkeys(range(2 * MODULES_MIN))
        assert heap.look()
        assert gc.get_freeze_count() >= before + len(kept)
    finally:
        gc.unfreeze()
