"""What the graph and the timeline of a workflow show: small values, sent whole when one of them changes. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A step in the graph.

    Attributes:
        key: What tells it from all others, and stays when it is renamed.
        name: Its name.
        type: `agent` or `approval`.
        status: Empty while it is only written, else as on the wire.
        label: The second line: who does it, later what it took.
        started_at: When it began, ISO 8601; empty before.
        phase: What it is doing while it runs, in the language of the page.
        asks: The tools that its agent asks a person for, in the language of the page; empty for none.
        problem: What is wrong with it, in the language of the page; empty if nothing is.
        order: Its place among the steps: nodes are reached by keyboard in this order.
        is_cut: Whether it succeeded with an answer that a limit cut.
    """

    key: str = ""
    name: str = ""
    type: str = "agent"
    status: str = ""
    label: str = ""
    started_at: str = ""
    phase: str = ""
    asks: str = ""
    problem: str = ""
    order: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """What a step waits for.

    Attributes:
        source: The key of the step that comes first.
        target: The key of the step that waits for it.
        status: Empty, `done`, `active` or `skipped`.
        label: The condition in words; empty if there is none.
    """

    source: str = ""
    target: str = ""
    status: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """A step in the timeline.

    Attributes:
        key: As in the graph.
        name: Its name.
        status: As on the wire.
        queued_at: When all it waits for was done, ISO 8601; empty before.
        started_at: When it began; empty before.
        finished_at: When it ended; empty before.
        duration_text: How long it took; empty while it runs.
        type: `agent` or `approval`: an approval's time is a person's.
        is_cut: Whether it succeeded with an answer that a limit cut.
    """

    key: str = ""
    name: str = ""
    status: str = ""
    queued_at: str = ""
    started_at: str = ""
    finished_at: str = ""
    duration_text: str = ""
    type: str = "agent"
    is_cut: bool = False
