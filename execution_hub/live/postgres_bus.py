"""The bus of several processes: PostgreSQL's NOTIFY, between the buses of each.

It carries that something is there, never what; a signal that is lost, as when a connection is cut, is made up for by
looking at everything once the connection is back.
"""

import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import structlog

from execution_hub import metrics
from execution_hub.duty_cycle import rest_after
from execution_hub.live.bus import LocalBus, Signal, Topic
from execution_hub.store.notify import FAULTS, URL, Session, connect, notify

logger = structlog.get_logger(__name__)

# What comes within this goes in one message: a commit of the log carries hundreds of executions.
COALESCED_SECONDS = 0.005
# After a slow one.
COALESCED_SECONDS_MAX = 0.05
# Of a message; the server takes less than 8 000 bytes.
PAYLOAD_MAX = 7_500
PING_SECONDS = 2.0
RECONNECT_SECONDS = 0.2
CHANNEL = "execution_hub"

_Entry = Signal | Topic


class PostgresBus(LocalBus):
    """Tells the listeners of this process at once, and those of the others within milliseconds."""

    def __init__(self, url: str | URL) -> None:
        """Prepare the bus; `open` connects it.

        Args:
            url: An SQLAlchemy URL of a PostgreSQL database, with its driver.
        """
        super().__init__()
        self._url = url
        # Who it is from comes with each message: what this process says it has heard already.
        self._own = uuid.uuid4().hex[:12]
        self._outgoing: queue.SimpleQueue[Sequence[_Entry] | None] = queue.SimpleQueue()
        self._works: dict[Topic, list[Callable[[], None]]] = {topic: [] for topic in Topic}
        self._is_closed = threading.Event()
        self.is_away = True
        self._threads = [
            threading.Thread(target=self._send, name="hub-bus-send", daemon=True),
            threading.Thread(target=self._receive, name="hub-bus-receive", daemon=True),
        ]

    def open(self) -> None:
        """See Bus.open."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """See Bus.close."""
        self._is_closed.set()
        self._outgoing.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=PING_SECONDS)

    def publish(self, signals: Sequence[Signal]) -> None:
        """See Bus.publish."""
        super().publish(signals)
        if signals:
            self._outgoing.put(signals)

    def tell(self, topic: Topic) -> None:
        """See Bus.tell."""
        self._outgoing.put((topic,))

    def hear(self, topic: Topic, work: Callable[[], None]) -> None:
        """See Bus.hear."""
        self._works[topic].append(work)

    # Out

    def _send(self) -> None:
        session: Session | None = None
        due = 0.0
        while (first := self._outgoing.get()) is not None:
            time.sleep(max(COALESCED_SECONDS, due - time.monotonic()))
            entries, is_last = list(first), False
            while not self._outgoing.empty():
                more = self._outgoing.get()
                if more is None:
                    is_last = True
                    break
                entries.extend(more)
            began = time.monotonic()
            session = self._tell_others(session, entries)
            sent = time.monotonic()
            due = sent + rest_after(sent - began, COALESCED_SECONDS, COALESCED_SECONDS_MAX)
            if is_last:
                break
        # Its own listener wakes with it, and sees that the bus is closed.
        _close(self._tell_others(session, []))

    def _tell_others(self, session: Session | None, entries: Iterable[_Entry]) -> Session | None:
        """Send entries over a session, another one if it is gone; without a database they are lost, and made up for."""
        for payload in payloads(self._own, entries):
            for is_again in (False, True):
                try:
                    session = session or connect(self._url)
                    notify(session, CHANNEL, payload)
                    break
                except FAULTS as error:
                    _close(session)
                    session = None
                    if is_again:
                        logger.warning("bus.send_failed", error=str(error).strip())
                        return None
        return session

    # In

    def _receive(self) -> None:
        is_away = False
        while not self._is_closed.is_set():
            session: Session | None = None
            try:
                session = connect(self._url)
                session.execute(f"LISTEN {CHANNEL}")
                self.is_away = False
                # Whatever was said until now, nobody has heard it here.
                self._look()
                if is_away:
                    metrics.count_reconnect()
                is_away = False
                self._hear(session)
            except FAULTS as error:
                self.is_away = True
                if not is_away and not self._is_closed.is_set():
                    logger.warning("bus.away", error=str(error).strip())
                is_away = True
                self._is_closed.wait(RECONNECT_SECONDS)
            finally:
                _close(session)

    def _hear(self, session: Session) -> None:
        """Take messages until the bus is closed.

        Raises:
            FAULTS: The connection is cut.
        """
        while not self._is_closed.is_set():
            for message in session.notifies(timeout=PING_SECONDS):
                self._take(message.payload)
                if self._is_closed.is_set():
                    return
            # A connection that was cut in the middle says nothing either.
            metrics.count_transaction("bus")
            session.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        sender, entries = read_payload(payload)
        if sender == self._own:
            return
        signals = [each for each in entries if isinstance(each, Signal)]
        if signals:
            self.fan_out(signals)
        for topic in {each for each in entries if isinstance(each, Topic)}:
            for work in self._works[topic]:
                work()

    def _look(self) -> None:
        self.fan_out([])
        for works in self._works.values():
            for work in works:
                work()


def payloads(sender: str, entries: Iterable[_Entry]) -> Iterator[str]:
    """Write entries as messages, of each execution only the newest.

    Args:
        sender: Who says it.
        entries: What is said, in its order.

    Yields:
        Messages of at most 7 500 bytes: the sender, then `id:seq:changed:cancel` for a signal, a letter for a topic.
    """
    words: dict[object, str] = {}
    for each in entries:
        if isinstance(each, Topic):
            words[each] = each.value
            continue
        key = each.execution_id
        changed, is_cancel = each.changed, each.is_cancel
        if key in words:
            # What was said once is said for good: the newest number of the lists, and that a stop was asked for.
            known = _read_signal(words[key])
            changed = known.changed if changed is None else changed
            is_cancel = is_cancel or known.is_cancel
        words[key] = f"{key}:{each.last_seq}:{changed or ''}:{int(is_cancel)}"
    line = sender
    for word in words.values():
        if len(line) + 1 + len(word) > PAYLOAD_MAX:
            yield line
            line = sender
        line += f" {word}"
    yield line


def read_payload(payload: str) -> tuple[str, list[_Entry]]:
    """Read a message; what is not understood, as of a newer version, is passed over.

    Returns:
        Who said it, and what.
    """
    sender, *words = payload.split(" ")
    entries: list[_Entry] = []
    for word in words:
        with suppress(ValueError):
            entries.append(_read_signal(word) if ":" in word else Topic(word))
    return sender, entries


def _read_signal(word: str) -> Signal:
    execution_id, last_seq, changed, is_cancel, *_ = word.split(":")
    return Signal(int(execution_id), int(last_seq), int(changed) if changed else None, is_cancel == "1")


def _close(session: Any) -> None:
    if session is not None:
        with suppress(*FAULTS):
            session.close()
