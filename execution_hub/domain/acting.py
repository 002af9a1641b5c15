"""The rules of an agent that acts: which of its calls belong together, what ends it, what its model gets to read. Pure.

The rows of its calls are all there is to know: after a crash the same rows lead to the same decisions.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.call import Call, CallKind, CallStatus, Resolution
from execution_hub.domain.tool_choice import NEVER
from execution_hub.domain.usage import Usage
from execution_hub.errors import BudgetUnknown

# The same call with the same result: the third time it is answered with an error, the fifth ends the acting.
LOOP_ERROR = 3
LOOP_STOP = 5

LOOP = "loop"
MAX_TURNS = "max_turns"
MAX_TOOL_CALLS = "max_tool_calls"
MAX_TOTAL_TOKENS = "max_total_tokens"
MAX_COST_USD = "max_cost_usd"

TOOL_USE = "tool_use"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the model with the calls of tools that it asked for.

    Attributes:
        call: The turn's own row.
        tools: The rows of its calls, in the order in which it asked; those that a limit left no room for have none.
    """

    call: Call
    tools: tuple[Call, ...] = ()

    @property
    def asked(self) -> tuple[dict[str, Any], ...]:
        """The blocks that ask for tools: each of them must be answered."""
        return tuple([block for block in self.call.blocks if block.get("type") == TOOL_USE])

    @property
    def is_done(self) -> bool:
        """Whether the model has said all of it."""
        return self.call.status is CallStatus.SUCCEEDED

    @property
    def is_answer(self) -> bool:
        """Whether it asked for no tool: what it says is the answer."""
        return self.is_done and not self.asked

    @property
    def is_settled(self) -> bool:
        """Whether all it asked for has an answer for the model."""
        return self.is_done and all(is_settled(call) for call in self.tools)


def acts(agent: AgentDefinition) -> bool:
    """Tell whether an agent has tools to call, or an answer to check: all others say one thing and are done."""
    return agent.output_schema is not None or any(choice.approval != NEVER for choice in agent.tools)


def is_settled(call: Call) -> bool:
    """Tell whether a call of a tool has ended, or its model is to be told that nobody knows."""
    return call.status.is_finished or (call.status is CallStatus.UNKNOWN and call.resolved is Resolution.TELL_AGENT)


def turns_of(calls: Iterable[Call]) -> list[Turn]:
    """Return the turns that rows, in the order of their numbers, make."""
    found: list[tuple[Call, list[Call]]] = []
    for call in calls:
        if call.kind is CallKind.TURN:
            found.append((call, []))
        elif found:
            found[-1][1].append(call)
    return [Turn(call, tuple(tools)) for call, tools in found]


def usage_of(calls: Iterable[Call]) -> Usage:
    """Return what the turns among some calls have used together."""
    return sum((call.usage for call in calls if call.kind is CallKind.TURN), Usage())


def answers(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns that gave an answer: none, one, or two where the first one was to be repaired."""
    return [turn for turn in turns if turn.is_answer]


def limit_of(agent: AgentDefinition, turns: Sequence[Turn]) -> str | None:
    """Return which limit the turns so far have reached; None while the agent may go on.

    Args:
        agent: Whose limits.
        turns: What it has done, without the answer.

    Raises:
        BudgetUnknown: It has a limit of tokens or cost, and nobody told how many there were.
    """
    if any(count >= LOOP_STOP for count in repeats(turns).values()):
        return LOOP
    done = [turn for turn in turns if turn.is_done]
    if any(len(turn.asked) > len(turn.tools) for turn in done):
        return MAX_TOOL_CALLS
    if len(done) >= agent.max_turns:
        return MAX_TURNS
    return budget_of(agent, [turn.call.usage for turn in turns])


def budget_of(agent: AgentDefinition, used: Sequence[Usage]) -> str | None:
    """Return which budget some turns have used up; None if none.

    Args:
        agent: Whose budgets.
        used: What each turn has used.

    Raises:
        BudgetUnknown: One is limited whose use nobody told: unknown is not zero.
    """
    total = sum(used, Usage())
    if agent.max_total_tokens is not None:
        if any(each.is_unknown for each in used):
            raise BudgetUnknown(
                "The model's provider does not tell how many tokens it used, so max_total_tokens cannot be kept. "
                "Leave it out, or choose another model."
            )
        if (total.total_tokens or 0) >= agent.max_total_tokens:
            return MAX_TOTAL_TOKENS
    if agent.max_cost_usd is not None:
        if any(each.is_unpriced for each in used):
            raise BudgetUnknown(
                "The price of what the model used is not known, so max_cost_usd cannot be kept. "
                "Give its price in HUB_PRICES_FILE, leave the limit out, or choose another model."
            )
        if (total.cost_usd or 0.0) >= agent.max_cost_usd:
            return MAX_COST_USD
    return None


def limit_note(limit: str, agent: AgentDefinition) -> str:
    """Return what the model is told before its last turn.

    Args:
        limit: Which limit was reached.
        agent: Whose.
    """
    why = {
        LOOP: "the same tool was called with the same arguments and gave the same result too often",
        MAX_TURNS: f"the limit of {agent.max_turns} turns is reached",
        MAX_TOOL_CALLS: f"the limit of {agent.max_tool_calls} tool calls is reached",
        MAX_TOTAL_TOKENS: "the limit of tokens is reached",
        MAX_COST_USD: "the limit of cost is reached",
    }[limit]
    return (
        f"This is your last turn: {why}. No tool can be called any more. Answer now with what you know, "
        "and say what is missing."
    )


def not_called(limit: str, agent: AgentDefinition) -> str:
    """Return what the model is told of a call that a limit left no room for."""
    return f"This call was not made. {limit_note(limit, agent)}"


def repeats(turns: Sequence[Turn]) -> dict[int, int]:
    """Return, by number, how often each ended call had been made before or then, with the same arguments and result."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found: dict[int, int] = {}
    for turn in turns:
        for call in turn.tools:
            if call.result is not None and call.status.is_finished:
                written = json.dumps(call.arguments, sort_keys=True)
                kind = (call.server, call.tool, written, call.result)
                seen[kind] += 1
                found[call.number] = seen[kind]
    return found


def loop_text(call: Call, count: int) -> str:
    """Return what the model is told instead of a result that it has got often enough."""
    return (
        f"{call.tool} was called {count} times with these arguments and gave the same result each time. "
        "Do not call it so again: use what you know, or do something else."
    )


def result_text(call: Call, count: int, most: int) -> tuple[str, bool]:
    """Return what the model gets to read of an ended call, and whether that is an error.

    Args:
        call: The call, settled.
        count: How often it was made with this result: see `repeats`.
        most: How many characters of a result it gets.
    """
    if count >= LOOP_ERROR:
        return loop_text(call, count), True
    if call.status is CallStatus.DENIED:
        said = f" The reason: {call.comment}" if call.comment else " No reason was given."
        return f"A person refused this call; it was not made.{said}", True
    if call.status is CallStatus.UNKNOWN:
        said = f" {call.comment}" if call.comment else ""
        return (
            "The hub was stopped while this call ran. Nobody knows whether it had its effect. "
            f"Find out before you repeat it.{said}"
        ), True
    text = call.result if call.result is not None else call.error or "This call was not made."
    changed = ""
    if call.asked_arguments is not None and call.asked_arguments != call.arguments:
        written = json.dumps(call.arguments, ensure_ascii=False)
        changed = f"[A person changed the arguments before the call. It was made with: {written[:most]}]\n"
    shown, _ = cut_result(text, call.result_chars or len(text), most)
    return changed + shown, call.status is not CallStatus.SUCCEEDED


def cut_result(text: str, chars: int, most: int) -> tuple[str, bool]:
    """Return a result's beginning and end, with a word between them that says so, and whether something is missing.

    Args:
        text: What is kept of the result.
        chars: How many characters the whole has.
        most: How many of them are left.

    >>> cut_result("short", 5, 100)
    ('short', False)
    >>> print(cut_result("a" * 60 + "b" * 40, 100, 6)[0])
    aaaa
    [Cut by the hub: 94 of 100 characters are left out here. Ask for less of it to see them.]
    bb
    """
    if chars <= most and len(text) == chars:
        return text, False
    most = min(most, len(text))
    tail = most // 3
    head = most - tail
    left_out = chars - head - tail
    where = "here" if len(text) == chars else f"here and after character {len(text)}, where the hub keeps no more"
    note = f"[Cut by the hub: {left_out} of {chars} characters are left out {where}. Ask for less of it to see them.]"
    return f"{text[:head]}\n{note}\n{text[len(text) - tail :]}", True
