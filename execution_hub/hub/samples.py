"""What a new hub begins with, so that the first test is two clicks away."""

from execution_hub.domain.agent import SIMULATED, AgentDraft
from execution_hub.domain.tool_choice import ASK, AUTO, ToolChoice
from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep

# The server of the hub's own tools.
HUB = "hub"
CLAUDE_MODEL = "claude-sonnet-5-5"

AGENTS = (
    AgentDraft(
        name="Offline helper",
        description="Answers with the built-in simulated model: no key, no network. Made for a first look.",
        model=SIMULATED,
        system_prompt="You are a helpful assistant. Answer briefly and clearly.",
        max_tokens=1024,
    ),
    AgentDraft(
        name="Claude assistant",
        description="Answers with Claude. Needs ANTHROPIC_API_KEY in the environment.",
        model=CLAUDE_MODEL,
        system_prompt="You are a helpful assistant. Answer briefly and clearly.",
        max_tokens=2048,
    ),
    # Their names come after that of the offline helper: who begins sees the plainest answer first.
    AgentDraft(
        name="Reckoner",
        description="Uses the hub's own tools by itself, offline. Try “What time is it?” or “12*(3+4)”.",
        model=SIMULATED,
        system_prompt="You answer with what your tools tell you: the time, and what sums come to.",
        max_tokens=1024,
        tools=(ToolChoice(HUB, "current_time", AUTO), ToolChoice(HUB, "calculate", AUTO)),
    ),
    AgentDraft(
        name="Record keeper",
        description="Asks you before each look into the history, offline. Try “12*(3+4)”, or "
        '“[tool hub__search_history {"status": "failed"}]”.',
        model=SIMULATED,
        system_prompt="You look into the history of this hub, once a person has allowed it.",
        max_tokens=1024,
        tools=tuple(ToolChoice(HUB, name, ASK) for name in ("search_history", "read_execution", "calculate")),
    ),
)


def workflow(agent_id: int) -> WorkflowDraft:
    """Return the sample workflow: research, two reviews side by side, a person's approval, a summary.

    Args:
        agent_id: Who answers every step; the offline agent, so that it runs without a key.
    """

    def ask(name: str, template: str) -> WorkflowStep:
        return WorkflowStep(name=name, agent_id=agent_id, input=template)

    return WorkflowDraft(
        name="Reviewed research",
        description="Research, two reviews side by side, your approval, a summary. Answers offline.",
        steps=[
            ask("research", "Research this and list what matters: {{ input }}"),
            ask("review_facts", "Check the facts in this: {{ steps.research.output }}"),
            ask("review_tone", "Check the tone of this: {{ steps.research.output }}"),
            WorkflowStep(
                name="approval",
                type=APPROVAL,
                input="Facts:\n{{ steps.review_facts.output }}\n\nTone:\n{{ steps.review_tone.output }}",
            ),
            WorkflowStep(
                name="summary",
                agent_id=agent_id,
                input="Summarise for the board: {{ steps.research.output }}\nRemarks: {{ steps.approval.output }}",
            ),
        ],
    )
