"""The bus of one process."""

import asyncio
import threading
from collections.abc import Sequence

from execution_hub.live.bus import LocalBus, Signal


async def test_a_signal_from_another_thread_arrives_on_the_listeners_loop() -> None:
    """Writers publish from their thread; listeners are called on their own loop."""
    bus, heard, thread_ids = LocalBus(), asyncio.Event(), []

    def listener(signals: Sequence[Signal]) -> None:
        thread_ids.append(threading.get_ident())
        assert signals == [Signal(1, 2, 3)]
        heard.set()

    bus.listen(listener)
    await asyncio.to_thread(bus.publish, [Signal(1, 2, 3)])
    await asyncio.wait_for(heard.wait(), 5)
    assert thread_ids == [threading.get_ident()]


async def test_who_stopped_listening_hears_nothing_more() -> None:
    """Stopping is immediate and harmless to repeat; others still hear."""
    bus = LocalBus()
    gone: list[Sequence[Signal]] = []
    there = asyncio.Event()
    stop = bus.listen(gone.append)
    bus.listen(lambda _: there.set())
    stop()
    stop()
    bus.publish([Signal(1, 1, 1)])
    await asyncio.wait_for(there.wait(), 5)
    assert gone == []


async def test_a_listener_whose_loop_has_closed_does_not_hurt_the_others() -> None:
    """A dead loop is passed over."""
    bus, there = LocalBus(), asyncio.Event()

    def listen_and_die() -> None:
        async def listen() -> None:
            bus.listen(lambda _: None)

        asyncio.run(listen())

    await asyncio.to_thread(listen_and_die)
    bus.listen(lambda _: there.set())
    bus.publish([Signal(1, 1, 1)])
    await asyncio.wait_for(there.wait(), 5)
