"""Assembling a page's output, thinking and log from events."""

from datetime import UTC, datetime, timedelta

import pytest

from execution_hub.domain.event import Event, EventKind
from execution_hub.views.output_buffer import SETTLE_SIZE, WHOLE_SIZE
from execution_hub.views.transcript import NAME_SHOWN, Transcript, count_words

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Log:
    """Makes events with the next number."""

    def __init__(self) -> None:
        self.seq = 0
        self.attempt = 1
        self.at = START

    def event(self, kind: EventKind, **data: object) -> Event:
        """Make the next event."""
        self.seq += 1
        return Event(1, self.seq, self.attempt, kind, data, self.at)

    def text(self, text: str, step: str = "") -> Event:
        """Make a piece of output, of a step if one is named."""
        return self.event(EventKind.TEXT, text=text, **({"step": step} if step else {}))

    def step(self, name: str, status: str, **more: object) -> Event:
        """Make an event that tells how a step is."""
        return self.event(EventKind.STEP, name=name, status=status, **more)

    def status(self, status: str) -> Event:
        """Make a status event."""
        return self.event(EventKind.STATUS, status=status, attempt=self.attempt)


@pytest.fixture
def log() -> Log:
    """An empty log."""
    return Log()


def test_output_is_the_text_so_far(log: Log) -> None:
    """Pieces of text make the output, closed blocks apart from the tail."""
    transcript = Transcript()
    assert transcript.apply([log.status("running"), log.text("One.\n\nTwo "), log.text("is open")])
    assert (transcript.own.blocks, transcript.own.tail) == (["One.\n\n"], "Two is open")
    assert transcript.own.output == "One.\n\nTwo is open"


def test_a_new_attempt_starts_over(log: Log) -> None:
    """Output, thinking and error of an abandoned attempt go away; its lines stay in the log."""
    transcript = Transcript()
    old = [log.text("old\n\nold"), log.event(EventKind.THINKING, text="hm"), log.event(EventKind.ERROR, message="cut")]
    log.attempt = 2
    transcript.apply([*old, log.status("running"), log.text("new")])
    assert (transcript.own.output, transcript.own.thinking.text, transcript.error) == ("new", "", "")
    assert [(line.kind, line.attempt) for line in transcript.lines] == [
        ("text", 1),
        ("thinking", 1),
        ("error", 1),
        ("status", 2),
    ]


def test_each_attempt_says_which_process_ran_it(log: Log) -> None:
    """The newest counts; nothing where there is only one; what no process is called is one line."""
    transcript = Transcript()
    transcript.apply([log.status("running")])
    assert transcript.worker == ""
    transcript.apply([log.event(EventKind.STATUS, status="running", worker="worker-1:4711")])
    log.attempt = 2
    transcript.apply([log.status("pending"), log.event(EventKind.STATUS, status="running", worker="worker-2:9\n" * 99)])
    assert [line.worker for line in transcript.lines][:3] == ["", "worker-1:4711", ""]
    assert transcript.worker.startswith("worker-2:9 worker-2:9")
    assert len(transcript.worker) == NAME_SHOWN


def test_late_text_of_an_abandoned_attempt_is_no_output(log: Log) -> None:
    """What an older attempt still wrote after the newer began is not mixed in."""
    log.attempt = 2
    newer = log.text("new")
    log.attempt = 1
    transcript = Transcript()
    transcript.apply([newer, log.text("old")])
    assert transcript.own.output == "new"


def test_a_gap_is_told_and_filled(log: Log) -> None:
    """Events after a gap are not taken; read again from the last known one, nothing is lost or doubled."""
    events = [log.text(word) for word in ("a", "b", "c", "d")]
    transcript = Transcript()
    assert transcript.apply(events[:1])
    assert not transcript.apply(events[2:])
    assert (transcript.own.output, transcript.last_seq) == ("a", 1)
    assert transcript.apply(events)
    assert transcript.own.output == "abcd"


def test_pieces_of_text_are_one_line_of_the_log(log: Log) -> None:
    """Pieces count as words in one line until something else happens."""
    transcript = Transcript()
    transcript.apply([log.status("running"), log.text("Hel"), log.text("lo wor"), log.text("ld")])
    assert [(line.count, line.seq) for line in transcript.open_lines] == [(2, 2)]
    transcript.apply([log.event(EventKind.USAGE, input_tokens=7, output_tokens=9)])
    assert transcript.open_lines == []
    assert [(line.kind, line.count, line.count_out) for line in transcript.lines] == [
        ("status", 0, 0),
        ("text", 2, 0),
        ("usage", 7, 9),
    ]


def test_the_log_says_what_is_cut_and_what_nobody_told(log: Log) -> None:
    """At the end of an answer or of a step, and of a usage whose figures are missing."""
    transcript = Transcript()
    transcript.apply(
        [
            log.event(EventKind.USAGE, input_tokens=None, output_tokens=9),
            log.event(EventKind.STEP, name="a", status="succeeded", stop_reason="max_tokens", is_cut=True),
            log.event(EventKind.STATUS, status="succeeded", stop_reason="end_turn", is_cut=False),
        ]
    )
    assert [(line.kind, line.is_cut, line.is_unknown) for line in transcript.lines] == [
        ("usage", False, True),
        ("step", True, False),
        ("status", False, False),
    ]


def test_a_long_stream_gives_a_line_now_and_then(log: Log) -> None:
    """A line of the log collects ten seconds of text, so that a long stream shows its pace."""
    transcript = Transcript()
    for _ in range(30):
        transcript.apply([log.text("word ")])
        log.at += timedelta(seconds=1)
    assert [line.count for line in transcript.lines] == [11, 11]


def test_closed_blocks_settle(log: Log) -> None:
    """A large output keeps few settled pieces and few fresh blocks; joined they are the output."""
    transcript, text = Transcript(), "A paragraph of some words.\n\n" * 11_000
    for start in range(0, len(text), 1_000):
        transcript.apply([log.text(text[start : start + 1_000])])
    assert transcript.own.output == text
    assert len(transcript.own.settled) < 25
    assert sum(map(len, transcript.own.blocks)) < SETTLE_SIZE


def test_the_stored_output_counts_at_the_end(log: Log) -> None:
    """A finished output of usual size is one block, so that references across blocks work."""
    transcript = Transcript()
    transcript.apply([log.text("See [it][1].\n\n[1]: https://example.com")])
    transcript.finish("See [it][1].\n\n[1]: https://example.com")
    assert (transcript.own.blocks, transcript.own.tail) == (["See [it][1].\n\n[1]: https://example.com"], "")


def test_a_failed_execution_keeps_what_arrived(log: Log) -> None:
    """Without a stored output the text of the events stays; the whole error is there."""
    transcript = Transcript()
    transcript.apply([log.text("half an ans"), log.event(EventKind.ERROR, code="stream_cut", message="x" * 5_000)])
    transcript.finish(None)
    assert transcript.own.output == "half an ans"
    assert transcript.error == "x" * 5_000


def test_a_large_finished_output_stays_in_pieces(log: Log) -> None:
    """More than what is rendered at once is split into settled pieces; none is lost."""
    text = "A paragraph.\n\n" * (WHOLE_SIZE // 10)
    transcript = Transcript()
    transcript.finish(text)
    assert len(transcript.own.settled) > 1
    assert transcript.own.output == text


@pytest.mark.parametrize(
    ("before", "text", "words"),
    [("", "two words", 2), ("hel", "lo there", 1), ("", "你好 ok", 3), ("a", "你", 1), ("x ", "y", 1), ("x", "", 0)],
)
def test_words_are_counted_where_they_begin(before: str, text: str, words: int) -> None:
    """A word cut in two counts once; a Chinese character counts as a word."""
    assert count_words(text, before) == words


def test_each_step_has_a_voice_of_its_own(log: Log) -> None:
    """What two steps write side by side never mixes, nor with the execution's own output."""
    transcript = Transcript()
    transcript.apply([log.step("a", "running"), log.step("b", "running")])
    transcript.apply([log.text("one ", "a"), log.text("uno ", "b"), log.text("two", "a"), log.text("due", "b")])
    assert [transcript.buffer(name).output for name in ("a", "b", "")] == ["one two", "uno due", ""]
    assert transcript.buffer("c").is_silent


def test_a_step_that_starts_again_begins_anew(log: Log) -> None:
    """Neither a try that failed nor an attempt that was cut off is part of a step's output."""
    transcript = Transcript()
    transcript.apply([log.step("a", "running"), log.event(EventKind.THINKING, text="hm", step="a")])
    transcript.apply([log.text("old", "a"), log.text("kept", "b")])
    transcript.apply([log.event(EventKind.RETRY, step="a", seconds=1.2, message="Overloaded.")])
    assert (transcript.buffer("a").output, transcript.buffer("a").thinking.text) == ("", "")
    transcript.apply([log.text("newer", "a"), log.step("a", "running"), log.text("newest", "a")])
    assert [transcript.buffer(name).output for name in "ab"] == ["newest", "kept"]


def test_a_retry_of_an_agent_test_voids_its_output(log: Log) -> None:
    """A retry without a step is about the execution's own output."""
    transcript = Transcript()
    transcript.apply([log.text("half"), log.event(EventKind.RETRY, seconds=2, message="Overloaded.")])
    assert transcript.own.output == ""


def test_what_is_said_before_a_call_is_no_output(log: Log) -> None:
    """It belongs to its turn: the output is what the last turn says, of a step as of the execution."""
    transcript = Transcript()
    transcript.apply([log.event(EventKind.TURN, number=1, status="running", step="write")])
    transcript.apply([log.text("I look.", "write"), log.text("kept")])
    transcript.apply([log.event(EventKind.TOOL_CALL, number=2, status="pending", step="write", name="time__now")])
    assert (transcript.buffer("write").is_silent, transcript.own.output) == (True, "kept")
    transcript.apply([log.event(EventKind.TURN, number=3, status="running", step="write"), log.text("Ten.", "write")])
    transcript.apply([log.event(EventKind.TURN, number=3, status="succeeded", step="write")])
    assert transcript.buffer("write").output == "Ten."


def test_the_log_tells_of_turns_and_calls(log: Log) -> None:
    """Which turn, with what a tool is called and what came of it; a model's words are no markup and not endless."""
    transcript = Transcript()
    transcript.apply(
        [
            log.event(EventKind.TURN, number=1, status="running"),
            log.event(EventKind.TOOL_CALL, number=2, status="pending", name="time__now", arguments={"city": "Oslo"}),
            log.event(EventKind.TOOL_CALL, number=2, status="running", tool="now", arguments={"city": "Oslo"}),
            log.event(EventKind.TOOL_RESULT, number=2, status="succeeded", chars=1200, excerpt="ten\n\x1b[31m"),
            log.event(EventKind.TURN, number=4, status="running"),
            log.event(EventKind.TOOL_CALL, number=5, status="failed", name="x\u202e" * 500, arguments="[" * 5_000),
        ]
    )
    lines = [(line.kind, line.word, line.status, line.count, line.text) for line in transcript.lines[:5]]
    assert lines == [
        ("turn", "", "running", 1, ""),
        ("tool_call", "time__now", "pending", 0, "city: Oslo"),
        ("tool_call", "time__now", "running", 0, ""),
        ("tool_result", "time__now", "succeeded", 1200, "ten ⟨U+001B⟩[31m"),
        ("turn", "", "running", 2, ""),
    ]
    last = transcript.lines[5]
    assert last.word.startswith("x⟨U+202E⟩")
    assert (len(last.word) <= 140, len(last.text)) == (True, 80)


def test_a_new_attempt_keeps_what_finished_steps_said(log: Log) -> None:
    """After a restart or an approval the ended steps keep their text, an interrupted one loses it."""
    transcript = Transcript()
    transcript.apply([log.step("a", "running"), log.text("done", "a"), log.step("a", "succeeded")])
    transcript.apply([log.step("b", "running"), log.text("cut", "b")])
    log.attempt = 2
    transcript.apply([log.status("running")])
    assert [transcript.buffer(name).output for name in "ab"] == ["done", ""]


def test_lines_of_steps_written_side_by_side_grow_apart_and_close_in_order(log: Log) -> None:
    """Each that writes has one growing line; closed, they stand in the order of their numbers."""
    transcript = Transcript()
    transcript.apply([log.text("one ", "a"), log.text("uno ", "b"), log.text("two ", "a"), log.text("due ", "b")])
    assert [(line.step, line.count, line.seq) for line in transcript.open_lines] == [("a", 2, 1), ("b", 2, 2)]
    transcript.apply([log.step("b", "succeeded")])
    assert [(line.step, line.status, line.seq) for line in transcript.lines] == [
        ("a", "", 1),
        ("b", "", 2),
        ("b", "succeeded", 5),
    ]


def test_lines_say_what_became_of_a_step_and_who_said_so(log: Log) -> None:
    """A step's status, a person's answer with its comment, a retry and the reason of a status."""
    transcript = Transcript()
    transcript.apply(
        [
            log.step("a", "failed", code="refused", message="It\n refused."),
            log.step("b", "succeeded", comment=""),
            log.step("c", "failed", comment="too long"),
            log.step("c", "pending", comment="Shorter.", sent_back=["a"], round=2),
            log.event(EventKind.RETRY, step="d", seconds=1.23, code="overloaded", message="Overloaded."),
            log.event(EventKind.USAGE, step="d", input_tokens=1, output_tokens=2),
            log.event(EventKind.STATUS, status="pending", reason="Its process died."),
        ]
    )
    assert [(line.step, line.status, line.text) for line in transcript.lines] == [
        ("a", "failed", "It refused."),
        ("b", "approved", ""),
        ("c", "rejected", "too long"),
        ("c", "sent_back", "Shorter."),
        ("d", "", "Overloaded."),
        ("d", "", ""),
        ("", "", "Its process died."),
    ]
    assert [line.round for line in transcript.lines[2:4]] == [0, 2]
    assert transcript.lines[4].seconds_text == "1.2 s"


def test_a_stop_is_two_lines_of_the_log(log: Log) -> None:
    """When it was asked for, and when the stream was closed with what came meanwhile."""
    transcript = Transcript()
    closed = {"stage": "closed", "closed_after_ms": 4, "characters_after": 7}
    transcript.apply([log.event(EventKind.CANCEL, stage="requested"), log.event(EventKind.CANCEL, **closed)])
    lines = [(line.kind, line.word, line.seconds_text, line.count) for line in transcript.lines]
    assert lines == [("cancel", "requested", "0 ms", 0), ("cancel", "closed", "4 ms", 7)]


def test_a_stop_of_calls_names_them(log: Log) -> None:
    """No stream was closed: a tool was being called."""
    transcript = Transcript()
    calls = [{"number": 2, "server": "time", "tool": "now", "is_told": True}]
    transcript.apply([log.event(EventKind.CANCEL, stage="closed", closed_after_ms=4, calls=calls)])
    (line,) = transcript.lines
    assert (line.word, line.seconds_text, line.text) == ("over", "4 ms", "time__now")
