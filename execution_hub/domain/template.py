"""Templates of step inputs: text over `{{ input }}` and `{{ steps.NAME.output }}`.

Jinja2's sandbox reads them (https://jinja.palletsprojects.com/en/stable/sandbox/), and of its language only what
ends and cannot grow without end: text, the two names, `if`, comparisons, `~`, and filters that shorten or keep
the length, or have a limit. No loops, calls, assignments or arithmetic: a template is written by a person and
filled by a model.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

SOURCE_MAX = 20_000
RENDERED_MAX = 1_000_000
# What is nested deeper takes Jinja2 and Python long to compile, or overruns their stacks.
DEPTH_MAX = 50
# What `~` joins is in memory at once before its length is known: so many texts in one template.
JOINED_MAX = 20
FILTERS = ("trim", "upper", "lower", "capitalize", "title", "truncate", "default", "length", "wordcount", "tojson")
INPUT = "input"
STEPS = "steps"
OUTPUT = "output"
# Every template is filled with this once, when it is read: a filter that is used wrongly shows then.
_SAMPLE = "What a person or a model may have written. " * 3
_TOO_DEEP = "The template is nested too deeply. Make it simpler."

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Filter,
    nodes.Keyword,
)
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


def _to_json(value: object) -> str:
    """Return a text as JSON, so that it can stand in JSON, whatever it holds.

    Jinja's own filter would escape for HTML, and a filter on a filter doubles what it escapes: so each result has
    its limit.
    """
    found = json.dumps(value, ensure_ascii=False)
    if len(found) > RENDERED_MAX:
        raise _too_long()
    return found


_ENVIRONMENT.filters["tojson"] = _to_json
_ENVIRONMENT.filters = {name: _ENVIRONMENT.filters[name] for name in FILTERS}


class TemplateProblem(ValueError):
    """A template that cannot be used; its text says why and what would be right.

    Attributes:
        code: What is wrong: `syntax`, `unknown_name`, `not_output`, `not_allowed`, `too_long`, `cannot_fill`.
        word: What it is about: the name, the tag, the filter.
    """

    def __init__(self, code: str, message: str, word: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.word = word


class Template:
    """A template that has been read and found to be harmless.

    Attributes:
        source: Its text.
        step_names: The steps whose output it takes.
    """

    def __init__(self, source: str, step_names: frozenset[str], compiled: Compiled) -> None:
        self.source = source
        self.step_names = step_names
        self._compiled = compiled

    def render(self, text: str, outputs: Mapping[str, str]) -> str:
        """Fill the template.

        Args:
            text: The input of the execution.
            outputs: The output of each finished step by name; a skipped one's is empty.

        Raises:
            TemplateProblem: The result is longer than 1 000 000 characters, or a filter or a comparison cannot
                take the values.
        """
        try:
            return self._fill(text, outputs)
        except TemplateProblem:
            raise
        except Exception as error:
            reason = str(error).rstrip(".")
            raise TemplateProblem("cannot_fill", f"The template cannot be filled: {reason}.", reason) from None

    def _fill(self, text: str, outputs: Mapping[str, str]) -> str:
        steps = SimpleNamespace(**{name: SimpleNamespace(output=outputs[name]) for name in self.step_names})
        parts, length = [], 0
        for part in self._compiled.generate({INPUT: text, STEPS: steps}):
            parts.append(part)
            length += len(part)
            if length > RENDERED_MAX:
                raise _too_long()
        return "".join(parts)


@lru_cache(maxsize=1024)
def read_template(source: str) -> Template:
    """Read a template.

    Args:
        source: Its text, at most 20 000 characters.

    Raises:
        TemplateProblem: It is too long, no template, uses a name or a part of the language that is not there, or
            uses a filter wrongly.
    """
    if len(source) > SOURCE_MAX:
        raise TemplateProblem("too_long", f"The template has {len(source):,} characters. Shorten it to {SOURCE_MAX:,}.")
    try:
        tree = _ENVIRONMENT.parse(source)
        step_names: set[str] = set()
        _check(tree, step_names)
        _check_joins(tree)
        compiled = _ENVIRONMENT.from_string(source)
    except TemplateProblem:
        raise
    except TemplateSyntaxError as error:
        raise TemplateProblem("syntax", f"Line {error.lineno}: {error.message}", str(error.lineno)) from None
    except RecursionError:
        raise TemplateProblem("syntax", _TOO_DEEP) from None
    except ValueError as error:
        # A number with thousands of digits.
        raise TemplateProblem("syntax", f"The template cannot be read: {error}.") from None
    template = Template(source, frozenset(step_names), compiled)
    template.render(_SAMPLE, dict.fromkeys(step_names, _SAMPLE))
    return template


def _too_long() -> TemplateProblem:
    return TemplateProblem(
        "too_long",
        f"The step's input is longer than {RENDERED_MAX:,} characters. "
        "Shorten what it takes: {{ steps.NAME.output | truncate(20000) }}.",
    )


def _check_joins(tree: nodes.Template) -> None:
    joined = sum(len(node.nodes) for node in tree.find_all(nodes.Concat))
    if joined > JOINED_MAX:
        message = f"The template joins {joined} texts with ~. Join at most {JOINED_MAX}, or write them side by side."
        raise TemplateProblem("not_allowed", message, "~")


def _check(node: nodes.Node, step_names: set[str], depth: int = 0) -> None:
    if depth > DEPTH_MAX:
        raise TemplateProblem("syntax", _TOO_DEEP)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        step_names.add(_step_name(node))
        return
    if isinstance(node, nodes.Name):
        if node.name != INPUT:
            hint = "Take an output: {{ steps.NAME.output }}." if node.name == STEPS else "There are input and steps."
            raise TemplateProblem("unknown_name", f"Unknown name {node.name}. {hint}", node.name)
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateProblem("not_allowed", f"Unknown filter {node.name}. There are {', '.join(FILTERS)}.", node.name)
    if not isinstance(node, _ALLOWED):
        word = type(node).__name__.lower()
        raise TemplateProblem("not_allowed", f"A template cannot hold {word}. Use names, filters and if.", word)
    for child in node.iter_child_nodes():
        _check(child, step_names, depth + 1)


def _step_name(node: nodes.Getattr | nodes.Getitem) -> str:
    """Return NAME of `steps.NAME.output`."""
    inner = node.node
    if _key(node) == OUTPUT and isinstance(inner, nodes.Getattr | nodes.Getitem):
        name, root = _key(inner), inner.node
        if name is not None and isinstance(root, nodes.Name) and root.name == STEPS:
            if not name.startswith("_"):
                return name
            # No step is called so, and the sandbox would refuse it when it is filled.
            node = inner
    word = _key(node) or "?"
    raise TemplateProblem("not_output", f"There is no {word} here. Use input or steps.NAME.output.", word)


def _key(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None
