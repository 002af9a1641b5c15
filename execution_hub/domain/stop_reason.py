"""Why a model stopped, and what that makes of its answer: the one rule for every execution type. Pure.

Reasons are told in the words of the Messages API, whoever the provider is
(https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons).
"""

from dataclasses import dataclass

from execution_hub.domain.texts import is_blank, storable
from execution_hub.errors import CutOff, ExecutionError, NoAnswer, Refused

END_TURN = "end_turn"
STOP_SEQUENCE = "stop_sequence"
MAX_TOKENS = "max_tokens"
PAUSE_TURN = "pause_turn"
TOOL_USE = "tool_use"
REFUSAL = "refusal"
# The hub's own: the output has reached HUB_OUTPUT_MAX_BYTES, and the provider's stream was closed.
OUTPUT_FULL = "max_output_bytes"
# The provider ended its stream without a reason.
UNTOLD = "unknown"
REASON_MAX = 40

MARK = "mark"
FAIL = "fail"
ON_CUT = (MARK, FAIL)

_WHOLE = (END_TURN, STOP_SEQUENCE)
_NOT_CUT = (*_WHOLE, TOOL_USE, REFUSAL)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ended.

    Attributes:
        reason: The stop reason, at most 40 characters.
        text: The answer's text.
        tools: Names of the tools it asked for, whole calls or not.
        words: What the provider says to it; empty if nothing.
        may_call: Whether it may ask for tools instead of answering.
    """

    reason: str
    text: str
    tools: tuple[str, ...] = ()
    words: str = ""
    may_call: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether a limit ended the answer, or something that nobody here knows: then it may be unfinished."""
        return is_cut(self.reason)

    def fault(self, on_cut: str, max_tokens: int) -> ExecutionError | None:
        """Return why the answer is none, or None if it is one, marked where it is cut.

        Args:
            on_cut: What becomes of a cut answer: `mark` or `fail`.
            max_tokens: The limit it was asked for with.
        """
        if self.reason == REFUSAL:
            said = f" The provider says: {self.words}" if self.words else ""
            return Refused(f"The model refused to answer this input. Change the input or the agent's prompt.{said}")
        if self.may_call and self.tools:
            if not self.is_cut:
                return None
            # Half a call is none: nobody knows what it would have asked for.
            which = ", ".join(dict.fromkeys(self.tools))
            return CutOff(f"The turn is not whole: {why_cut(self.reason, max_tokens)}. It asked for {which}.")
        if self.reason == TOOL_USE or (self.tools and self.is_cut):
            which = f" {', '.join(dict.fromkeys(self.tools))}" if self.tools else ""
            cut = f" It was {why_cut(self.reason, max_tokens)}." if self.is_cut else ""
            return NoAnswer(f"The model asked for a tool{which} instead of answering, and it has none to call.{cut}")
        if is_blank(self.text):
            if self.is_cut:
                return NoAnswer(f"The model wrote no text: {why_cut(self.reason, max_tokens)}.")
            return NoAnswer("The model ended without an answer. Change the input or the agent's prompt, or try again.")
        if self.is_cut and on_cut == FAIL:
            return CutOff(f"The answer is not whole: {why_cut(self.reason, max_tokens)}. The agent wants whole ones.")
        return None


def is_cut(reason: str | None) -> bool:
    """Tell whether a stop reason says that the answer may be unfinished; of an unknown one nobody can say it is whole.

    >>> is_cut("end_turn"), is_cut("max_tokens"), is_cut("a_reason_of_tomorrow"), is_cut(None)
    (False, True, True, False)
    """
    return reason is not None and reason not in _NOT_CUT


def why_cut(reason: str | None, max_tokens: int = 0) -> str:
    """Say which limit ended an answer, and what would be right.

    >>> why_cut("max_tokens", 4096)
    "cut at max_tokens 4096: raise the agent's limit"

    Args:
        reason: The stop reason.
        max_tokens: The agent's limit; 0 where it is not known.
    """
    match reason:
        case "max_tokens":
            return f"cut at max_tokens{f' {max_tokens}' if max_tokens else ''}: raise the agent's limit"
        case "model_context_window_exceeded":
            return "cut where the model's context window was full: shorten the input or the prompt"
        case "pause_turn":
            return "cut because the model paused too often: ask for less"
        case "max_output_bytes":
            return "cut at HUB_OUTPUT_MAX_BYTES, the most this hub keeps of an output: ask for less, or raise it"
        case "unknown" | None:
            return "the provider did not say why it stopped"
        case _:
            return f"the provider stopped for a reason this hub does not know ({reason})"


def readable(reason: object) -> str:
    """Return a provider's stop reason as it can be kept: on one line, at most 40 characters; `unknown` for none.

    >>> readable(None), readable("end_turn")
    ('unknown', 'end_turn')
    """
    words = " ".join(storable(reason).split()) if isinstance(reason, str) else ""
    return words[:REASON_MAX] or UNTOLD
