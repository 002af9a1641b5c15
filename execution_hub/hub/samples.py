"""What a new hub begins with, so that the first test is two clicks away."""

from execution_hub.domain.agent import SIMULATED, AgentDraft
from execution_hub.domain.check import Check
from execution_hub.domain.suite import Case, SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.domain.tool_choice import ASK, AUTO, ToolChoice
from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep

# The server of the hub's own tools.
HUB = "hub"
RECKONER = "Reckoner"
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
        name=RECKONER,
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


def suite(agent_id: int) -> SuiteDraft:
    """Return the sample suite: five cases of the reckoner, one of which fails on purpose.

    Args:
        agent_id: The agent with tools that answers offline.
    """

    def case(name: str, text: str, *checks: Check, tag: str = "sums") -> Case:
        return Case(name, text, checks, (tag,))

    def calls(tool: str, *, is_not: bool = False) -> Check:
        return Check("tool_called", tool=f"{HUB}__{tool}", is_not=is_not)

    return SuiteDraft(
        name="Reckoner's sums",
        description="Does the reckoner calculate instead of guessing? Runs offline. The case “Fails on purpose” does "
        "so: the matrix of a run shows where, and why.",
        targets=(Target(agent_id),),
        cases=(
            case("A sum in brackets", "12*(3+4)", Check("contains", "84"), calls("calculate")),
            case("A sum in words", "What is 17 * 23?", Check("contains", "391"), calls("calculate")),
            case("The time", "What time is it?", calls("current_time"), calls("calculate", is_not=True), tag="time"),
            case("Short enough", "2 + 2", Check("contains", "4"), Check("max_chars", 2_000)),
            case("Fails on purpose", "6 * 7", calls("calculate"), Check("contains", "43"), tag="on purpose"),
        ),
        pass_rate=0.8,
    )
