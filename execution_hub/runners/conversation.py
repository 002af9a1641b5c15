"""The conversation of an agent that acts, as its model is told it: made anew from the rows at each turn. Pure."""

from collections.abc import Sequence
from typing import Any

from execution_hub.domain.acting import MAX_TOOL_CALLS, Turn, not_called, repeats, result_text
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.call import Call
from execution_hub.llm.messages import assistant_message, tool_result, tool_results_message, user_message

Message = dict[str, Any]
# What the column of the id holds.
ID_MAX = 200


def messages_of(agent: AgentDefinition, text: str, turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Return the messages of a conversation.

    Args:
        agent: Whose.
        text: What a person asked.
        turns: All turns; one that has not been asked yet only gives its note.
    """
    found = [user_message(text)]
    counts = repeats(turns)
    for turn in turns:
        if turn.call.note:
            found.append(user_message(turn.call.note))
        if not turn.is_done:
            continue
        found.append(assistant_message(turn.call.blocks))
        if asked := turn.asked:
            rows = {call.tool_use_id: call for call in turn.tools}
            found.append(tool_results_message([_answer(agent, block, rows, counts) for block in asked]))
    return tuple(found)


def _answer(
    agent: AgentDefinition, block: dict[str, Any], rows: dict[str, Call], counts: dict[int, int]
) -> dict[str, Any]:
    call_id = str(block.get("id", ""))
    call = rows.get(call_id[:ID_MAX])
    if call is None:
        return tool_result(call_id, not_called(MAX_TOOL_CALLS, agent), is_error=True)
    text, is_error = result_text(call, counts.get(call.number, 0), agent.tool_result_max_chars)
    return tool_result(call_id, text, is_error=is_error)
