"""Templates of step inputs: what they may say, and that nothing else gets through."""

import pickle
import random
import time
from collections.abc import Callable

import pytest

from execution_hub.domain.template import (
    DEPTH_MAX,
    EXPRESSIONS_MAX,
    FILTERS_MAX,
    JOINED_MAX,
    SOURCE_MAX,
    check_template,
    read_template,
)
from execution_hub.domain.template_filters import FILTER_WORK_MAX, FILTERS, RENDERED_MAX, TemplateProblem

OUTPUTS = {"a": "Answer A", "b": "Answer B"}


def problem_of(work: Callable[[], object]) -> TemplateProblem:
    """Return the problem that some work ends with."""
    with pytest.raises(TemplateProblem) as found:
        work()
    return found.value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain text\n", "plain text\n"),
        ("", ""),
        ("{{ input }}", "In"),
        ("{{ steps.a.output }} and {{steps.b.output}}", "Answer A and Answer B"),
        ("{{ steps['a']['output'] }}", "Answer A"),
        ("{{ steps.a.output | truncate(6, false, '...', 0) }}", "Ans..."),
        ("{{ steps.a.output | upper | lower | trim | title | capitalize }}", "Answer a"),
        ("{{ steps.a.output | length }} {{ steps.a.output | wordcount }}", "8 2"),
        ("{% if steps.a.output == 'Answer A' %}yes{% elif input %}maybe{% else %}no{% endif %}", "yes"),
        ("{% if 'z' in input or not input %}yes{% else %}no{% endif %}", "no"),
        ("{{ input ~ ': ' ~ steps.b.output }}", "In: Answer B"),
        (
            '{"ask": {{ (input ~ \'<"\\\\世\') | tojson }}, "size": {{ input | length | tojson }}}',
            '{"ask": "In<\\"\\\\世", "size": 2}',
        ),
        ("{{ 'x' if input else 'y' }}", "x"),
        ("{{ '' | default('empty', true) }}", "empty"),
        ("{# a remark #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("世界 {{ input }} 🚀", "世界 In 🚀"),
    ],
)
def test_a_template_is_filled(source: str, text: str) -> None:
    """Text, the two names, `if`, comparisons, `~` and the filters do what Jinja2 says."""
    assert read_template(source).render("In", OUTPUTS) == text


def test_what_becomes_json_has_its_limit() -> None:
    """A text of escapes grows sixfold, and JSON in JSON doubles each time."""
    escapes = {"a": "\x01" * (RENDERED_MAX // 6 + 1)}
    filled = read_template("{% if steps.a.output | tojson == input %}{% endif %}")
    assert problem_of(lambda: filled.render("In", escapes)).code == "too_long"
    started = time.process_time()
    assert problem_of(lambda: check_template("{{ input" + " | tojson" * (DEPTH_MAX - 2) + " }}")).code == "too_long"
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("source", "code", "word"),
    [
        ("{{ input", "syntax", "1"),
        ("line\n{{ }}", "syntax", "2"),
        ("{% if input %}", "syntax", "1"),
        ("{% nothing %}", "syntax", "1"),
        ("{{ '\\x' }}", "syntax", "1"),
        ("{{ \ud800 }}", "syntax", "1"),
        ("{{ " + "9" * 5_000 + " }}", "syntax", ""),
        ("{{ inptu }}", "unknown_name", "inptu"),
        ("{{ steps }}", "unknown_name", "steps"),
        ("{{ self }}", "unknown_name", "self"),
        ("{{ loop }}", "unknown_name", "loop"),
        ("{{ range }}", "unknown_name", "range"),
        ("{{ input.x }}", "not_output", "x"),
        ("{{ input['x'] }}", "not_output", "x"),
        ("{{ input[0] }}", "not_output", "?"),
        ("{{ input[0:2] }}", "not_output", "?"),
        ("{{ steps.a }}", "not_output", "a"),
        ("{{ steps.a.input }}", "not_output", "input"),
        ("{{ steps.a.output.x }}", "not_output", "x"),
        ("{{ steps[input].output }}", "not_output", "output"),
        ("{{ other.a.output }}", "not_output", "output"),
        ("{% for x in input %}{% endfor %}", "not_allowed", "for"),
        ("{% set x = 1 %}", "not_allowed", "assign"),
        ("{% macro x() %}{% endmacro %}", "not_allowed", "macro"),
        ("{% include 'x' %}", "not_allowed", "include"),
        ("{% import 'x' as y %}", "not_allowed", "import"),
        ("{% extends 'x' %}", "not_allowed", "extends"),
        ("{% block x %}{% endblock %}", "not_allowed", "block"),
        ("{% with %}{% endwith %}", "not_allowed", "with"),
        ("{% filter upper %}{% endfilter %}", "not_allowed", "filterblock"),
        ("{% call input() %}{% endcall %}", "not_allowed", "callblock"),
        ("{{ input() }}", "not_allowed", "call"),
        ("{{ input + input }}", "not_allowed", "add"),
        ("{{ input * 9 }}", "not_allowed", "mul"),
        ("{{ 9 ** 9 }}", "not_allowed", "pow"),
        ("{{ '%s' % input }}", "not_allowed", "mod"),
        ("{{ [input] }}", "not_allowed", "list"),
        ("{{ {'a': 1} }}", "not_allowed", "dict"),
        ("{{ input is defined }}", "not_allowed", "test"),
        ("{{ input | replace('a', 'b') }}", "not_allowed", "replace"),
        ("{{ input | join }}", "not_allowed", "join"),
        ("{{ input | attr('x') }}", "not_allowed", "attr"),
        ("{{ input | center(1000000000) }}", "not_allowed", "center"),
        ("{{ input | nothing }}", "not_allowed", "nothing"),
        ("x" * (SOURCE_MAX + 1), "too_long", ""),
        ("{{ input | truncate(1) }}", "cannot_fill", None),
        ("{{ input | truncate('x') }}", "cannot_fill", None),
        ("{{ input | upper(3) }}", "cannot_fill", None),
        ("{{ input | truncate(*input) }}", "cannot_fill", None),
        ("{% if input > 5 %}x{% endif %}", "cannot_fill", None),
        ("{{ 5 | length }}", "cannot_fill", None),
    ],
)
def test_what_a_template_cannot_say_is_refused_when_it_is_read(source: str, code: str, word: str | None) -> None:
    """Each with its code, the word it is about, and a message that a person can act on."""
    problem = problem_of(lambda: check_template(source))
    assert problem.code == code
    assert word is None or problem.word == word
    assert str(problem).endswith((".", "}}.", "'")) or problem.code == "syntax"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ input.__class__.__mro__[1].__subclasses__() }}",
        "{{ input['__class__'] }}",
        "{{ steps.__class__ }}",
        "{{ steps['__init__'].__globals__ }}",
        "{{ steps.a.output.format(input) }}",
        "{{ '{0.__class__}'.format(input) }}",
        "{{ input | attr('__class__') }}",
        "{{ input | map(attribute='__class__') }}",
        "{{ config }}",
        "{{ self.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ namespace() }}",
        "{{ input | default(steps.a.__dict__) }}",
        "{{ input | truncate(length=steps.__dict__) }}",
        "{% if input.__class__ %}x{% endif %}",
        "{{ 1 if ''.__class__ else 2 }}",
        "{{ input ~ ''.__class__ }}",
        "{% print input.__class__ %}",
        "{{ input | string | attr('x') }}",
    ],
)
def test_the_sandbox_cannot_be_left(source: str) -> None:
    """What is known to leave template sandboxes is refused before anything is filled."""
    problem_of(lambda: read_template(source))


def test_names_of_python_are_no_names_of_steps() -> None:
    """`steps.__class__.output` is refused like any other way to what lies under the values."""
    for source in ("{{ steps.__class__.output }}", "{{ steps['__dict__'].output }}", "{{ steps._a.output }}"):
        problem = problem_of(lambda source=source: read_template(source))  # type: ignore[misc]
        assert problem.code == "not_output"
        assert problem.word in source


def test_values_are_text_and_never_templates() -> None:
    """What a person or a model wrote is not read again, and not escaped."""
    evil = "{{ steps.a.output }}{% for x in y %}<b>&amp;"
    assert read_template("{{ input }}|{{ steps.a.output }}").render(evil, {"a": evil}) == f"{evil}|{evil}"


@pytest.mark.parametrize(
    "source",
    [
        "{% if input %}" * 101 + "x" + "{% endif %}" * 101,
        "{{ " + "(" * 400 + "input" + ")" * 400 + " }}",
        "{{ " + "not " * 3_000 + "input }}",
        "{{ " + "-" * 3_000 + "1 }}",
        "{{ " + "input and " * 1_500 + "input }}",
        "{{ input" + " | trim" * 2_000 + " }}",
        "{{ " + "input if input else " * 600 + "input }}",
        "{{ input " + "~ (input " * 1_000 + ")" * 1_000 + " }}",
    ],
)
def test_what_is_nested_without_end_is_refused_at_once(source: str) -> None:
    """Neither Jinja2's stack nor Python's compiler is overrun, and nothing takes long."""
    started = time.process_time()
    problem = problem_of(lambda: read_template(source))
    assert problem.code == "syntax"
    assert "nested too deeply" in str(problem)
    assert time.process_time() - started < 1


def test_what_is_nested_as_deep_as_allowed_works() -> None:
    """Just under the limit, whatever is nested is filled."""
    depth = DEPTH_MAX - 4
    for source in (
        "{% if input %}" * depth + "In" + "{% endif %}" * depth,
        "{{ input" + " | trim" * depth + " }}",
        "{{ " + "input and " * depth + "input }}",
    ):
        assert read_template(source).render("In", {}) == "In"


def test_a_long_flat_template_is_read_soon() -> None:
    """A template of the longest kind takes less than a second, once."""
    for piece in ("{{ input }}", "{% if input %}{{ input }}{% endif %}"):
        started = time.process_time()
        check_template(piece * (EXPRESSIONS_MAX // (piece.count("input") + piece.count("if input"))))
        assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    ("source", "limit"),
    [
        ("{{ input }}" * (EXPRESSIONS_MAX + 1), EXPRESSIONS_MAX),
        ("{% if input %}x{% endif %}" * (EXPRESSIONS_MAX // 2 + 1), EXPRESSIONS_MAX),
        (("{{ input" + " | trim" * 20 + " }}") * (FILTERS_MAX // 20 + 1), FILTERS_MAX),
    ],
)
def test_a_template_does_only_so_much(source: str, limit: int) -> None:
    """More than that is refused, with the limit."""
    for _ in range(2):  # what is remembered says the same
        problem = problem_of(lambda: read_template(source))
        assert (problem.code, problem.limit) == ("too_much", limit)
        assert str(limit) in str(problem)


def test_the_filters_of_one_rendering_read_only_so_much() -> None:
    """A hundred filters over a long answer: stopped within seconds, with the limit and the way out."""
    filled = read_template("{% if steps.a.output | title | lower | title | lower %}x{% endif %}" * (FILTERS_MAX // 4))
    started = time.process_time()
    problem = problem_of(lambda: filled.render("In", {"a": "ab cd " * 100_000}))
    assert (problem.code, problem.limit) == ("too_much", FILTER_WORK_MAX)
    assert "truncate" in str(problem)
    assert time.process_time() - started < 5
    assert filled.render("In", {"a": "word " * 100}) == "x" * (FILTERS_MAX // 4)


def test_a_problem_comes_back_from_another_process() -> None:
    """With all it says."""
    problem = problem_of(lambda: read_template("{{ input }}" * (EXPRESSIONS_MAX + 1)))
    found = pickle.loads(pickle.dumps(problem))  # noqa: S301 - from here
    assert (found.code, str(found), found.word, found.limit) == (problem.code, str(problem), "", EXPRESSIONS_MAX)


def test_only_light_work_stays_on_the_loop() -> None:
    """Few filters on short texts, or none on long ones; JSON in JSON may double each time."""
    long = {"a": "x" * 500_000}
    assert read_template("{{ steps.a.output }} {{ input }}").is_light("x", long)
    assert read_template("{{ steps.a.output | trim }}").is_light("x", {"a": "x" * 50_000})
    assert not read_template("{{ steps.a.output | trim }}").is_light("x", long)
    assert not read_template("{{ input | trim }}").is_light("x" * 200_000, {})
    assert not read_template("{{ input" + " | tojson" * 20 + " }}").is_light("xxx", {})
    assert not read_template("{{ input }}" * 500).is_light("x", {})
    assert not read_template("{{ 'zq' in steps.a.output }}" * 20).is_light("x", {"a": "x" * 200_000})
    assert read_template("{{ 'zq' in steps.a.output }}").is_light("x", {"a": "x" * 200_000})


def test_joining_too_many_texts_is_refused() -> None:
    """`~` builds its text before anybody can count: so few that the largest outputs still fit in memory."""
    assert read_template("{{ input" + " ~ input" * (JOINED_MAX - 1) + " }}").render("x", {}) == "x" * JOINED_MAX
    for source in ("{{ input" + " ~ input" * JOINED_MAX + " }}", "{{ input ~ input }}" * (JOINED_MAX // 2 + 1)):
        problem = problem_of(lambda source=source: read_template(source))  # type: ignore[misc]
        assert (problem.code, problem.word) == ("not_allowed", "~")


@pytest.mark.parametrize(
    "source",
    [
        "{{ steps.a.output }}",
        "{{ steps.a.output }}" * 900,
        "{{ steps.a.output ~ steps.a.output }}",
        "{{ steps.a.output | upper }}",
        "{{ steps.a.output | truncate(2000000) }}",
    ],
)
def test_what_grows_past_the_limit_is_stopped(source: str) -> None:
    """5 MB from a model: the problem says how to shorten it, soon, and takes no memory beyond it."""
    template = read_template(source)
    started = time.process_time()
    problem = problem_of(lambda: template.render("In", {"a": "é" * 5_000_000}))
    assert problem.code == "too_long"
    assert "truncate" in str(problem)
    assert time.process_time() - started < 2


def test_a_long_output_can_be_shortened() -> None:
    """With the filter that the problem names, and counted whole."""
    outputs = {"a": "word " * 1_000_000}
    filled = read_template("{{ steps.a.output | truncate(20000) }}").render("In", outputs)
    assert len(filled) <= 20_000
    assert filled.endswith("...")
    assert read_template("{{ steps.a.output | length }}").render("In", outputs) == "5000000"


def test_exactly_the_limit_is_allowed() -> None:
    """1 000 000 characters pass, one more does not."""
    template = read_template("{{ steps.a.output }}")
    assert len(template.render("", {"a": "x" * RENDERED_MAX})) == RENDERED_MAX
    assert problem_of(lambda: template.render("", {"a": "x" * (RENDERED_MAX + 1)})).code == "too_long"


def test_what_only_some_values_break_is_told_when_it_is_filled() -> None:
    """A filter that cannot take this value ends in a problem, never in an error of ours."""
    template = read_template("{% if steps.a.output == 'go' %}{{ input | truncate(1) }}{% endif %}")
    assert template.render("In", {"a": "stay"}) == ""
    problem = problem_of(lambda: template.render("Input", {"a": "go"}))
    assert problem.code == "cannot_fill"
    assert "cannot be filled" in str(problem)


def test_any_text_is_read_or_refused() -> None:
    """Random pieces of the language, put together at random: a template or a problem, nothing else, and it ends."""
    rng = random.Random(3)
    pieces = [
        *("{{", "}}", "{%", "%}", "{#", "#}", "(", ")", "[", "]", "'", '"', "|", "~", ",", ".", ":", "=", "*", "**"),
        *(
            " input ",
            " steps",
            ".a",
            ".output",
            " if ",
            " else ",
            " endif ",
            " for ",
            " in ",
            " not ",
            " and ",
            "9",
            "-",
        ),
        *("\n", "世", "\x00", "\\", *(f"|{name}" for name in FILTERS), "__class__", "{{ steps.a.output }}"),
    ]
    refused: list[str] = []
    read = 0
    for _ in range(3_000):
        source = "".join(rng.choices(pieces, k=rng.randint(1, 12)))
        try:
            filled = read_template(source).render("In", dict.fromkeys(read_template(source).step_names, "out"))
        except TemplateProblem as problem:
            refused.append(str(problem))
        else:
            assert isinstance(filled, str)
            read += 1
    assert all(refused)
    assert min(read, len(refused)) > 100


def test_plain_text_comes_back_as_it_is() -> None:
    """Whatever holds no brace is filled with itself, to the last line break."""
    rng = random.Random(5)
    for _ in range(500):
        text = "".join(
            chr(rng.choice([rng.randrange(32, 0x2FF), 10, 9, rng.randrange(0x4E00, 0x9FFF), 0x1F680]))
            for _ in range(40)
        )
        text = text.replace("{", "").replace("\r", "")
        assert read_template(text).render("In", {}) == text


JSON = '{"title": "A", "n": 1.50, "items": [{"keys": "deep"}, null], "of": {"x": true}, "_y": "z"}'


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{{ steps.a.json.title }}", "A"),
        ("{{ steps.a.json.title | lower }}", "a"),
        ("{{ steps.a.json.n }}", "1.50"),
        ("{{ steps.a.json.items[0].keys }}", "deep"),
        ("{{ steps.a.json['items'][1] }}", "null"),
        ("{{ steps.a.json.of }}", '{"x":true}'),
        ("{{ steps.a.json._y }}", "z"),
        ("{{ steps['a']['json']['title'] }}", "A"),
        ("{{ steps.a.json.none.of.it | default('-') }}", "-"),
        ("{{ steps.b.json.title | default('no JSON') }}", "no JSON"),
        ("{% if steps.a.json.title == 'A' %}yes{% endif %}", "yes"),
    ],
)
def test_a_template_takes_a_value_of_a_steps_json(template: str, filled: str) -> None:
    """By name and place, whatever the field is called; what is missing is undefined, for `default`."""
    found = check_template(template)
    assert found.step_names <= {"a", "b"}
    assert found.render("", {"a": JSON, "b": "no"}) == filled


@pytest.mark.parametrize("template", ["{{ steps.a.json.none }}", "{{ steps.b.json }}", "{{ steps.a.json.items[2] }}"])
def test_a_missing_value_of_json_cannot_be_filled_in(template: str) -> None:
    """The problem says what is missing."""
    with pytest.raises(TemplateProblem, match=r"there is no|no JSON") as caught:
        check_template(template).render("", {"a": JSON, "b": "no"})
    assert caught.value.code == "cannot_fill"


def test_large_json_is_read_elsewhere() -> None:
    """Reading a long text as JSON does not belong on an event loop."""
    assert read_template("{{ steps.a.json.x }}").is_light("", {"a": JSON})
    assert not read_template("{{ steps.a.json.x }}").is_light("", {"a": "1" * 60_000})
    assert read_template("{{ steps.a.output }}").is_light("", {"a": "1" * 60_000})
