"""What a new hub begins with, so that the first test is two clicks away."""

from execution_hub.domain.agent import SIMULATED, AgentDraft

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
)
