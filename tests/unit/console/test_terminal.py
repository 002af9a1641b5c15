"""What goes to a terminal, what into a pipe, and what when nobody reads any more."""

import io
import json
import os
import sys
from contextlib import suppress

import pytest
import structlog

from execution_hub.cli import main
from execution_hub.console import terminal
from execution_hub.domain.texts import one_line
from execution_hub.llm.messages import user_message
from execution_hub.llm.port import ModelRequest, TextDelta
from execution_hub.llm.simulated import SimulatedModel
from execution_hub.logs import configure_logs, quieten_logs
from execution_hub.streams import write_every_letter

ODD = "東京　大阪 10\u202f000 a\u00a0b\u2003c مرحبا\u200f 👩‍👩‍👧"
OBEYED = "\x1b[31mred\x1b]0;title\x07 \x9b31m\x08\x7f\r\x0c\u202etxt.exe"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen() -> Terminal:
    """Return what stands in for a terminal; the test puts it in place, for pytest changes the streams after this."""
    return Terminal()


def test_a_terminal_gets_every_letter_and_nothing_it_would_obey(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    terminal.say(f"{ODD}{OBEYED}\n\tend")
    terminal.tell(OBEYED)
    assert screen.getvalue() == f"{ODD}[31mred]0;title 31mtxt.exe\n\tend\n[31mred]0;title 31mtxt.exe\n"


def test_a_pipe_gets_everything_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say(f"{ODD}{OBEYED}")
    terminal.tell(OBEYED)
    assert capsys.readouterr() == (f"{ODD}{OBEYED}\n", f"{OBEYED}\n")


def test_json_on_a_terminal_is_whole_and_obeyed_by_nobody(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", screen)
    terminal.say_json({"text": ODD + OBEYED})
    shown = screen.getvalue()
    assert json.loads(shown) == {"text": ODD + OBEYED}
    assert not [letter for letter in shown if letter != "\n" and (ord(letter) < 32 or 127 <= ord(letter) < 160)]


def test_an_encoding_that_lacks_letters_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("ascii", "latin-1"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding))
        assert terminal.guarded(lambda: terminal.say("世界 🚀 é") or 0) == 0  # type: ignore[func-returns-value]
        terminal.say_json("世界 🚀")
        first, second = raw.getvalue().decode(encoding).splitlines()
        assert first.startswith("\\u4e16\\u754c \\U0001f680 ")
        assert json.loads(second) == "世界 🚀"


@pytest.mark.parametrize("words", [("--help",), ("check", "--json")])
def test_a_reader_that_has_gone_ends_it_quietly(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(words) == 141
        stream.flush()  # as Python does at its end
    assert capfd.readouterr().err == ""


def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", full)
        assert main(("check",)) == 1
    assert capsys.readouterr().err == "The output cannot be written (No space left on device).\n"


def test_columns_stand_below_each_other_in_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("NAME", "X"), ("東京 客服", "x"), ("e\u0301t\u00e9", "x"), ("👩‍👩‍👧", "x"), ("Ada", "x")]
    terminal.say_table(rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["NAME       X", "東京 客服  x", "e\u0301t\u00e9        x", "👩‍👩‍👧         x", "Ada        x"]


def test_an_excerpt_is_cut_by_the_places_it_takes() -> None:
    assert terminal.excerpt("世界你好吗", 7) == "世界你…"
    assert terminal.excerpt("世界你好吗", 6) == "世界…"
    assert terminal.excerpt("世界", 4) == "世界"
    assert terminal.excerpt("two\nlines\u2028and\tmore  ", 40) == "two lines and more"


async def test_the_simulated_model_tells_what_it_was_asked_letter_by_letter() -> None:
    request = ModelRequest("simulated", "", (user_message(f"[fast] {ODD}"),), 500)
    pieces = [event.text async for event in SimulatedModel().stream(request) if isinstance(event, TextDelta)]
    assert one_line(ODD) in "".join(pieces)


@pytest.mark.parametrize("configure", [configure_logs, quieten_logs])
def test_a_log_spells_out_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str], configure: object) -> None:
    assert callable(configure)
    configure()
    try:
        structlog.get_logger().warning("provider.said", words="\x1b[2Jx", name="東京　x")
    finally:
        configure_logs()
    told = "".join(capsys.readouterr())
    assert "\\x1b[2Jx" in told and "東京　x" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("configure", [configure_logs, quieten_logs])
def test_a_log_that_nobody_takes_ends_nothing(monkeypatch: pytest.MonkeyPatch, configure: object) -> None:
    """The reader has gone, the disk is full, the encoding lacks letters: what is logged is done all the same."""
    assert callable(configure)
    reading, writing = os.pipe()
    os.close(reading)
    raw = io.BytesIO()
    streams = (open("/dev/full", "w"), os.fdopen(writing, "w"), io.TextIOWrapper(raw, "ascii"))  # noqa: PTH123, SIM115
    for stream in streams:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        write_every_letter()
        configure()
        try:
            structlog.get_logger().warning("hub.migrated", backup="/home/jörg/東京")
        finally:
            configure_logs()
    assert b"/home/j\\xf6rg/\\u6771\\u4eac" in raw.getvalue()
    for stream in streams:
        with suppress(OSError):
            stream.close()
