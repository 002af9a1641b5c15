"""What the editor shows of a form, and the words of every mistake."""

import ast
import inspect
from types import ModuleType

from execution_hub.domain import condition, json_path, template, template_filters, workflow
from execution_hub.domain.workflow import APPROVAL, Condition, Problem, WorkflowDraft, WorkflowStep
from execution_hub.views.graph import GraphEdge
from execution_hub.views.workflow_form import WorkflowForm
from execution_hub.views.workflow_view import StepChip, by_field, graph_edges, graph_nodes, say_problem, step_chips
from execution_hub.words.by_value import WORKFLOW_PROBLEMS

AGENTS = {1: "Helper"}


def codes(module: ModuleType, name: str, place: int) -> set[str]:
    """Return the codes that calls of a class in a module carry; `{}` stands for what is filled in."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            code = node.args[place]
            parts = code.values if isinstance(code, ast.JoinedStr) else [code]
            found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts))
    return found


def test_every_mistake_has_words_in_both_languages() -> None:
    """Whatever code the domain tells, the catalogue has it."""
    template_codes = codes(template, "TemplateProblem", 0) | codes(template_filters, "TemplateProblem", 0)
    workflow_codes = codes(workflow, "Problem", 2)
    assert {"syntax", "cannot_fill"} <= template_codes
    assert {"cycle", "template_{}", "{}_bad"} <= workflow_codes
    wanted = workflow_codes - {"template_{}", "{}_bad", "{}"} | {"name_bad", "description_bad"}
    wanted |= codes(condition, "Complaint", 0) - {"field_{}"}
    wanted |= {f"field_{code}" for code in codes(json_path, "PathProblem", 0)}
    wanted |= {f"template_{code}" for code in template_codes}
    assert wanted <= set(WORKFLOW_PROBLEMS)


def test_words_of_a_mistake_are_filled_and_an_unknown_one_keeps_its_own() -> None:
    """In both languages; what the catalogue lacks is told as the domain told it."""
    problem = Problem(0, "input", "unknown_step", "There is no step x.", {"name": "x"})
    assert "x" in say_problem("en", problem)
    assert "x" in say_problem("zh", problem)
    assert say_problem("en", problem) != say_problem("zh", problem)
    assert say_problem("zh", Problem(0, "input", "unheard_of", "As it came.")) == "As it came."


def test_braces_in_a_mistake_are_only_text() -> None:
    """A name or a message that holds braces fills the words and is not filled itself."""
    problem = Problem(0, "input", "template_syntax", "Line 1: unexpected '{}'", {"word": "{limit}"})
    assert "unexpected '{}'" in say_problem("zh", problem)


def test_a_mistake_stands_at_its_node_and_at_its_field() -> None:
    """The graph marks the step; the form marks the field; the workflow's own are apart."""
    steps = [WorkflowStep(name="a", input=""), WorkflowStep(name="ask", type=APPROVAL, input="{{ steps.a.output }}")]
    form = WorkflowForm.of(WorkflowDraft(name="", steps=steps))
    found = form.problems(AGENTS)
    nodes = graph_nodes("en", form, found, AGENTS)
    assert [(node.key, node.label, bool(node.problem)) for node in nodes] == [
        ("1", "no agent", True),
        ("2", "approval", False),
    ]
    assert set(by_field("en", found, 0)) == {"agent_id", "input"}
    assert by_field("en", found, 1) == {}
    assert set(by_field("en", found, None)) == {"name"}


def test_a_line_says_its_condition() -> None:
    """Only the line from the step that the condition looks at."""
    when = Condition(step="a", op="contains", value="a   very long value that goes on and on")
    steps = [
        WorkflowStep(name="a", agent_id=1, input="{{ input }}"),
        WorkflowStep(name="b", agent_id=1, input="{{ input }}"),
        WorkflowStep(name="c", agent_id=1, input="{{ steps.b.output }}", when=when),
    ]
    edges = graph_edges("en", WorkflowForm.of(WorkflowDraft(name="W", steps=steps)))
    assert edges == [
        GraphEdge("1", "3", label="contains “a very long value that g…”"),
        GraphEdge("2", "3"),
    ]


def test_chips_say_what_a_step_waits_for_and_why() -> None:
    """Stated, found in the template, or neither; and what was named and is not there."""
    steps = [WorkflowStep(name=name, agent_id=1, input="{{ input }}") for name in ("a", "b", "c")]
    last = WorkflowStep(name="d", agent_id=1, input="{{ steps.a.output }}", depends_on=["b", "gone"])
    form = WorkflowForm.of(WorkflowDraft(name="W", steps=[*steps, last]))
    assert step_chips(form, form.steps[3]) == [
        StepChip("a", "a", is_on=True, is_found=True),
        StepChip("b", "b", is_on=True),
        StepChip("c", "c"),
        StepChip("gone", "gone", is_on=True, is_there=False),
    ]
