"""Templates of step inputs: text over `{{ input }}`, `{{ steps.NAME.output }}` and `{{ steps.NAME.json.FIELD }}`.

Jinja2's sandbox reads them (https://jinja.palletsprojects.com/en/stable/sandbox/), and of its language only what
ends and cannot grow without end: text, the two names, `if`, comparisons, `~`, and filters that shorten or keep
the length, or have a limit. No loops, calls, assignments or arithmetic: a template is written by a person and
filled by a model.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled

from execution_hub.domain.sized import Sized
from execution_hub.domain.template_filters import FILTERS, RENDERED_MAX, TO_JSON, WORK, Work, counted_filters, too_long
from execution_hub.domain.template_filters import TemplateProblem as TemplateProblem
from execution_hub.domain.template_json import STEPS, SampleJson, TemplateEnvironment, taken

SOURCE_MAX = 20_000
# What is nested deeper takes Jinja2 and Python long to compile, or overruns their stacks.
DEPTH_MAX = 50
# What a template names, compares, asks and filters, together: Jinja2 and Python compile about 20 a millisecond.
EXPRESSIONS_MAX = 1_000
FILTERS_MAX = 100
# What is within these is done in a few milliseconds.
_LIGHT_EXPRESSIONS = 100
_LIGHT_WORK = 100_000
_LIGHT_COMPARED = 2_000_000
_LIGHT_JSON = 10_000
# Templates of so many characters together are read in some milliseconds, whatever they hold.
LIGHT_SOURCES = 4_000
# What `~` joins is in memory at once before its length is known: so many texts in one template.
JOINED_MAX = 20
INPUT = "input"
# Every template is filled with this once, when it is checked: a filter that is used wrongly shows then.
_SAMPLE = "What a person or a model may have written. " * 3
# What all templates that were read lately may take together: about as many bytes times ten.
CACHED_MAX = 10_000_000
_EXPRESSION_SIZE = 200
_TOO_DEEP = "The template is nested too deeply. Make it simpler."

# Text and what holds it.
_UNCOUNTED = (nodes.Template, nodes.Output, nodes.TemplateData)
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
# Not optimized: that tries every filter of a chain as a constant, anew with each one around it.
_ENVIRONMENT = TemplateEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, optimized=False, cache_size=0
)
_ENVIRONMENT.filters = counted_filters(_ENVIRONMENT)


class Template:
    """A template that has been read and found to be harmless.

    Attributes:
        source: Its text.
        step_names: The steps whose output it takes.
        json_names: Those of them whose output it takes as JSON.
        expressions: How much it names, compares, asks and filters, counted.
        filters: How many filters are among them.
        doublings: How many of those may double a text.
        comparisons: How often it compares or searches texts.
    """

    def __init__(self, source: str, count: "_Count") -> None:
        self.source = source
        self.step_names = frozenset(count.step_names)
        self.json_names = frozenset(count.json_names)
        self.expressions = count.expressions
        self.filters = count.filters
        self.doublings = count.doublings
        self.comparisons = count.comparisons

    def __getstate__(self) -> dict[str, Any]:
        """Let it come back from another process: all but what it was compiled to."""
        return {name: value for name, value in self.__dict__.items() if name != "_compiled"}

    @cached_property
    def _compiled(self) -> Compiled:
        # When it is filled for the first time: who asks only which steps it takes does not wait for this.
        return _ENVIRONMENT.from_string(self.source)

    def is_light(self, text: str, outputs: Mapping[str, str]) -> bool:
        """Tell whether it is filled within a few milliseconds; else it does not belong on an event loop.

        Args:
            text: The input of the execution.
            outputs: The outputs it takes, by name.
        """
        longest = max(len(text), max((len(outputs[name]) for name in self.step_names), default=0))
        return (
            self.expressions <= _LIGHT_EXPRESSIONS
            and self.filters * (longest << self.doublings) <= _LIGHT_WORK
            and self.comparisons * longest <= _LIGHT_COMPARED
            and sum(len(outputs[name]) for name in self.json_names) <= _LIGHT_JSON
        )

    def render(self, text: str, outputs: Mapping[str, str], values: Mapping[str, Any] | None = None) -> str:
        """Fill the template.

        Args:
            text: The input of the execution.
            outputs: The output of each finished step by name; a skipped one's is empty.
            values: Those that are taken as JSON; None to read them.

        Raises:
            TemplateProblem: The result is longer than 1 000 000 characters, its filters read more than 10 000 000,
                or a filter or a comparison cannot take the values.
        """
        try:
            if values is None:
                values = {name: _ENVIRONMENT.json_of(outputs[name]) for name in self.json_names}
            return self._fill(text, outputs, values)
        except TemplateProblem:
            raise
        except Exception as error:
            reason = str(error).rstrip(".")
            raise TemplateProblem("cannot_fill", f"The template cannot be filled: {reason}.", reason) from None

    @cached_property
    def trial(self) -> TemplateProblem | None:
        """What is wrong when it is filled with a short text; None if nothing is."""
        sample = SampleJson(_SAMPLE)
        try:
            self.render(_SAMPLE, dict.fromkeys(self.step_names, _SAMPLE), dict.fromkeys(self.json_names, sample))
        except TemplateProblem as problem:
            return problem
        return None

    def _fill(self, text: str, outputs: Mapping[str, str], values: Mapping[str, Any]) -> str:
        taken = {name: SimpleNamespace(output=outputs[name], json=values.get(name)) for name in self.step_names}
        steps = SimpleNamespace(**taken)
        parts, length = [], 0
        for part in self._compiled.generate({INPUT: text, STEPS: steps, WORK: Work()}):
            parts.append(part)
            length += len(part)
            if length > RENDERED_MAX:
                raise too_long()
        return "".join(parts)


_READ = Sized[str, "Found"](CACHED_MAX)


Found = Template | TemplateProblem
"""What reading a template gave."""


def heavy(sources: Iterable[str]) -> list[str]:
    """Return those templates that take long to be read or tried, each once; the others are read by then.

    Args:
        sources: As they were written. What is too long to be one is refused at once, and counts as nothing.
    """
    several = [each for each in dict.fromkeys(sources) if len(each) <= SOURCE_MAX]
    left = [each for each in several if _READ.get(each) is None]
    if sum(map(len, left)) > LIGHT_SOURCES:
        return left
    return [each for each in several if _has_heavy_trial(each)]


def read_all(sources: Sequence[str]) -> list[Found]:
    """Read and try templates: what `keep_read` takes. For another process."""
    return [_tried(each) for each in sources]


def keep_read(source: str, found: Found) -> None:
    """Keep what reading a template gave, be it in another process, for who asks for it next."""
    expressions = found.expressions if isinstance(found, Template) else 1
    _READ.put(source, found, len(source) + expressions * _EXPRESSION_SIZE)


def read_template(source: str) -> Template:
    """Read a template: what it takes. Whether its filters can take that, `check_template` tells.

    Args:
        source: Its text, at most 20 000 characters.

    Raises:
        TemplateProblem: It is too long, no template, or uses a name or a part of the language that is not there, or
            too much of it.
    """
    found = _READ.get(source)
    if found is None:
        try:
            found = _read(source)
        except TemplateProblem as problem:
            # Kept as well: to find out costs as much, and an editor asks again and again.
            found = problem
        keep_read(source, found)
    return _or_raise(found)


def check_template(source: str) -> Template:
    """Read a template and fill it once, so that a filter that is used wrongly shows.

    Raises:
        TemplateProblem: See `read_template`; or it cannot be filled.
    """
    template = read_template(source)
    if template.trial is not None:
        _or_raise(template.trial)
    return template


def fill_template(source: str, text: str, outputs: Mapping[str, str]) -> str:
    """Read a template and fill it: see `Template.render`."""
    return read_template(source).render(text, outputs)


def _tried(source: str) -> Found:
    try:
        found = _read(source)
    except TemplateProblem as problem:
        return problem
    _ = found.trial
    return found


def _has_heavy_trial(source: str) -> bool:
    try:
        found = read_template(source)
    except TemplateProblem:
        return False
    is_light = found.is_light(_SAMPLE, dict.fromkeys(found.step_names, _SAMPLE))
    return not is_light and "trial" not in found.__dict__


def _or_raise(found: Found) -> Template:
    if isinstance(found, Template):
        return found
    # A new one each time: each that is raised collects where.
    raise copy(found)


def _read(source: str) -> Template:
    if len(source) > SOURCE_MAX:
        message = f"The template has {len(source):,} characters. Shorten it to {SOURCE_MAX:,}."
        raise TemplateProblem("too_long", message, limit=SOURCE_MAX)
    count = _Count()
    try:
        tree = _ENVIRONMENT.parse(source)
        count.take(tree)
        _check_joins(tree)
    except TemplateProblem:
        raise
    except TemplateSyntaxError as error:
        raise TemplateProblem("syntax", f"Line {error.lineno}: {error.message}", str(error.lineno)) from None
    except RecursionError:
        raise TemplateProblem("syntax", _TOO_DEEP) from None
    except ValueError as error:
        # A number with thousands of digits.
        raise TemplateProblem("syntax", f"The template cannot be read: {error}.") from None
    return Template(source, count)


def _check_joins(tree: nodes.Template) -> None:
    joined = sum(len(node.nodes) for node in tree.find_all(nodes.Concat))
    if joined > JOINED_MAX:
        message = f"The template joins {joined} texts with ~. Join at most {JOINED_MAX}, or write them side by side."
        raise TemplateProblem("not_allowed", message, "~")


class _Count:
    """Looks at all of a template and counts it."""

    def __init__(self) -> None:
        self.step_names: set[str] = set()
        self.json_names: set[str] = set()
        self.expressions = 0
        self.filters = 0
        self.doublings = 0
        self.comparisons = 0

    def take(self, node: nodes.Node, depth: int = 0) -> None:
        if depth > DEPTH_MAX:
            raise TemplateProblem("syntax", _TOO_DEEP)
        self._count(node)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            name, is_json = taken(node)
            self.step_names.add(name)
            if is_json:
                self.json_names.add(name)
            return
        if isinstance(node, nodes.Name):
            if node.name != INPUT:
                hint = (
                    "Take an output: {{ steps.NAME.output }}." if node.name == STEPS else "There are input and steps."
                )
                raise TemplateProblem("unknown_name", f"Unknown name {node.name}. {hint}", node.name)
            return
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            message = f"Unknown filter {node.name}. There are {', '.join(FILTERS)}."
            raise TemplateProblem("not_allowed", message, node.name)
        if not isinstance(node, _ALLOWED):
            word = type(node).__name__.lower()
            raise TemplateProblem("not_allowed", f"A template cannot hold {word}. Use names, filters and if.", word)
        for child in node.iter_child_nodes():
            self.take(child, depth + 1)

    def _count(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Filter):
            self.filters += 1
            self.doublings += node.name == TO_JSON
        self.comparisons += isinstance(node, nodes.Operand)
        if not isinstance(node, _UNCOUNTED):
            self.expressions += 1
        if self.filters > FILTERS_MAX:
            _refuse_amount("filters", FILTERS_MAX)
        if self.expressions > EXPRESSIONS_MAX:
            _refuse_amount("names, comparisons, conditions and filters", EXPRESSIONS_MAX)


def _refuse_amount(what: str, limit: int) -> NoReturn:
    message = f"The template has more than {limit} {what}. Use fewer, or spread them over several steps."
    raise TemplateProblem("too_much", message, limit=limit)
