"""What the page Tools shows of servers and their tools."""

import doctest
from dataclasses import replace
from datetime import UTC, datetime

from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.tools.port import Tool, ToolResult, ToolServer, tool_of
from execution_hub.views import tool_page as module
from execution_hub.views.tool_page import (
    DESCRIPTION_SHOWN,
    FIRST_SHOWN,
    SHOWN_MAX,
    ToolUse,
    server_cards,
    tool_detail,
    uses_by_tool,
)
from execution_hub.views.tried import Tried, tried_result

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def tools(server: str, count: int) -> tuple[Tool, ...]:
    return tuple(tool_of(server, f"t{n}", f"Does {n}.", {}) for n in range(count))


def test_a_server_says_how_it_is_since_when_and_what_is_wrong() -> None:
    """One that failed keeps what it offered."""
    failed = ToolServer("git", "failed", "It has gone.\nexit 3", tools("git", 1), AT)
    hub = ToolServer("hub", "ready")
    built_in, card = server_cards([hub, failed], {})
    assert (built_in.is_built_in, built_in.since, built_in.tools) == (True, "", [])
    assert (card.is_built_in, card.status, card.error) == (False, "failed", "It has gone.\nexit 3")
    assert (card.since, card.count, card.hidden) == ("2026-11-26T12:00:00.000Z", 1, 0)


def test_a_line_tells_the_hint_that_matters_and_who_may_use_it() -> None:
    """An agent that never uses it is not counted; a long description is cut, and what cannot be seen written out."""
    hints = {"readOnlyHint": False, "destructiveHint": True}
    tool = tool_of("s", "rm", "\u202eWipes. " + "x" * 500, {}, hints, is_idempotent=True)
    uses = {("s", "rm"): [ToolUse(1, "A", "ask"), ToolUse(2, "B", "never")]}
    (card,) = server_cards([ToolServer("s", "ready", tools=(tool,))], uses)
    (line,) = card.tools
    assert (line.key, line.mark, line.is_idempotent, line.agents) == ("s/rm", "destructiveHint", True, 1)
    assert line.words.startswith("⟨U+202E⟩Wipes.")
    assert line.words.endswith("…")


def test_many_tools_are_folded_until_asked_for_or_searched() -> None:
    """A word finds names, descriptions and servers; a server that has no such tool is left out."""
    servers = [ToolServer("big", "ready", tools=tools("big", 200)), ToolServer("git", "failed", "x")]
    folded, _ = server_cards(servers, {})
    assert (len(folded.tools), folded.hidden, folded.count) == (FIRST_SHOWN, 180, 200)
    assert len(server_cards(servers, {}, unfolded=["big"])[0].tools) == 200
    (found,) = server_cards(servers, {}, q="DOES 177")
    assert [each.name for each in found.tools] == ["t177"]
    assert [each.name for each in server_cards(servers, {}, q="git")] == ["git"]
    assert server_cards(servers, {}, q="nothing") == []


def test_no_more_tools_are_shown_than_a_page_holds() -> None:
    servers = [ToolServer(name, "ready", tools=tools(name, 200)) for name in "abcd"]
    cards = server_cards(servers, {}, unfolded="abcd")
    assert sum(len(each.tools) for each in cards) == SHOWN_MAX
    assert sum(each.hidden for each in cards) == 800 - SHOWN_MAX


def test_a_tool_that_is_unfolded_tells_all_of_it() -> None:
    """Hints that are denied, too; a long description in two parts that together are the whole."""
    said = "word " * 400
    tool = tool_of("s", "a", said, {"properties": {"n": {"type": "integer"}}}, {"readOnlyHint": True, "title": "x"})
    tool = replace(tool, hints={**tool.hints, "openWorldHint": False, "idempotentHint": "yes"})
    detail = tool_detail(tool, [ToolUse(n, str(n), "auto") for n in range(60)])
    assert detail.description + detail.more == said.strip()
    assert DESCRIPTION_SHOWN // 2 < len(detail.description) <= DESCRIPTION_SHOWN
    assert detail.hints == ["readOnlyHint", "!openWorldHint"]
    assert (len(detail.uses), detail.uses_more) == (50, 10)
    assert ([each.name for each in detail.rows], [each.label for each in detail.fields]) == (["n"], ["n"])
    assert tool_detail(tool_of("s", "a", "Short.", {}), ()).more == ""


def test_agents_stand_by_the_tools_they_have() -> None:
    ask, never = ToolChoice("s", "a"), ToolChoice("s", "b", "never")
    assert uses_by_tool([(1, "A", [ask, never]), (2, "B", [ask])]) == {
        ("s", "a"): [ToolUse(1, "A", "ask"), ToolUse(2, "B", "ask")],
        ("s", "b"): [ToolUse(1, "A", "never")],
    }


def test_a_try_tells_its_size_and_whether_the_tool_says_that_it_failed() -> None:
    result = ToolResult("x" * 10, is_error=True, chars=5_000_000)
    tried = tried_result("s/a", result).after("2026-11-26T12:00:00.000Z", "1.2 s")
    assert (tried.status, tried.size_text, tried.is_cut, tried.is_told) == ("failed", "5,000,000", True, True)
    assert (tried.started_at, tried.duration_text) == ("2026-11-26T12:00:00.000Z", "1.2 s")
    assert Tried().after("x", "y") == Tried()


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(module).failed == 0
