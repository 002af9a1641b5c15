"""The graph and the timeline of a workflow: what compiles into the pages, and what their snippets compute."""

import json
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import reflex as rx

from execution_hub.domain.step import StepStatus
from execution_hub.ui.components import browser, connection, graph, steps, waterfall
from execution_hub.views.graph import GraphEdge, GraphNode, WaterfallBar
from execution_hub.words.by_value import STATUSES

HOOKS = (
    *("useContext", "useEffect", "useLayoutEffect", "useMemo", "useRef", "useState", "useSyncExternalStore"),
    *("createContext", "memo"),
)
# What the page's own modules bring, as far as the snippets ask for it while they load.
PAGE = "const [ClientSide, memo, createContext] = [() => null, (component) => component, () => ({})];\n"
# Puts the steps in a row, 200 apart, and each line through one point between its ends.
FAKE_DAGRE = """
const asked = [];
const dagre = {
  graphlib: {
    Graph: class {
      nodes = {}; edges = {};
      setGraph(options) { this.options = options; }
      setNode(key, size) { this.nodes[key] = { ...size, x: 84 + 200 * Object.keys(this.nodes).length, y: 29 }; }
      setEdge(source, target, label) { this.edges[source + target] = { ...label, x: 184, y: 29, points: [{}, {}] }; }
      node(key) { return this.nodes[key]; }
      edge(source, target) { return this.edges[source + target]; }
      graph() { return { width: 368, height: 58 }; }
    },
  },
  layout: (graph, options) => asked.push([graph.options, options]),
};
"""


class Listener(rx.State):
    """Takes what is pressed."""

    @rx.event
    def select(self, key: str) -> None:
        """Take it."""


def _graph() -> rx.Component:
    nodes: rx.Var[list[GraphNode]] = rx.Var("nodes", _var_type=list[GraphNode])
    edges: rx.Var[list[GraphEdge]] = rx.Var("edges", _var_type=list[GraphEdge])
    around = graph.workflow_graph(nodes, edges, selected="", on_select=Listener.select)
    (shown,) = around.children
    assert isinstance(shown, rx.Component)
    return shown


def _waterfall() -> rx.Component:
    bars: rx.Var[list[WaterfallBar]] = rx.Var("bars", _var_type=list[WaterfallBar])
    return waterfall.waterfall(bars, on_select=Listener.select, selected="")


def _wrappers() -> dict[str, rx.Component]:
    return {"HubGraph": _graph(), "HubWaterfall": _waterfall()}


def _code_of(component: rx.Component) -> str:
    return "\n".join(component._get_all_custom_code())


def _run(tag: str, expression: str, before: str = "") -> object:
    script = f"{PAGE}{_code_of(_wrappers()[tag])}\n{before}\nconsole.log(JSON.stringify({expression}) ?? 'null');"
    node = Path(sysconfig.get_path("scripts")) / "node"
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _node(key: str, **fields: object) -> str:
    return json.dumps({"key": key, "name": key, "type": "agent", "status": "", "label": "", "order": 0, **fields})


@pytest.mark.parametrize("tag", _wrappers())
def test_a_wrapper_renders_the_component_its_code_defines_once(tag: str) -> None:
    component = _wrappers()[tag]
    names = re.findall(r"^const (\w+) =", _code_of(component), re.MULTILINE)
    assert component.render()["name"] == tag
    assert tag in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("tag", _wrappers())
def test_a_wrapper_imports_every_hook_it_uses(tag: str) -> None:
    component = _wrappers()[tag]
    used = {hook for hook in HOOKS if f"{hook}(" in _code_of(component)}
    assert used <= {name.tag for name in component._get_all_imports()["react"]}


@pytest.mark.parametrize("tag", _wrappers())
def test_a_snippet_is_plain_javascript_that_writes_no_html(tag: str) -> None:
    code = _code_of(_wrappers()[tag])
    assert not re.search(r"\b(None|True|False|self)\b", code)
    assert "innerHTML" not in code
    assert "dangerously" not in code
    assert _run(tag, "true") is True


def test_both_fit_on_a_page_with_all_other_wrappers() -> None:
    at = "2026-11-24T10:00:00.000Z"
    others = (browser.ticker(at), browser.ago(at), browser.clock(at), connection.connection(), connection.last_seen())
    names = re.findall(r"^const (\w+) =", _code_of(rx.fragment(*_wrappers().values(), *others)), re.MULTILINE)
    assert len(names) == len(set(names))


def test_the_packages_are_pinned_installed_and_loaded_only_in_the_browser() -> None:
    component = _graph()
    for package in (graph.FLOW, graph.DAGRE):
        name, _, version = package.rpartition("@")
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        (wanted,) = component._get_all_imports()[package]
        assert wanted.install
        assert not wanted.render
        assert f'import("{name}")' in _code_of(component)


def test_every_status_has_an_icon_and_a_word() -> None:
    icons = _run("HubGraph", "HUB_ICONS")
    assert isinstance(icons, dict)
    for status in StepStatus:
        assert icons[status.value]
        assert status.value in STATUSES
        assert status.value in steps.step_words()


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"label": "Analyst"}, "Analyst"),
        ({"status": "pending"}, "pending!"),
        ({"status": "pending", "label": "needs a person"}, "needs a person"),
        ({"status": "running", "phase": "writing", "label": "Analyst"}, "writing"),
        ({"status": "running"}, "running!"),
        ({"status": "waiting", "label": "needs a person"}, "waiting!"),
        ({"status": "succeeded", "label": "14.2 s · 3.1k tokens"}, "14.2 s · 3.1k tokens"),
        ({"status": "failed", "label": "3.1 s"}, "failed! · 3.1 s"),
        ({"status": "skipped"}, "skipped!"),
    ],
)
def test_the_second_line_of_a_step_says_what_matters_now(fields: dict[str, object], line: str) -> None:
    words = json.dumps({status.value: f"{status.value}!" for status in StepStatus})
    assert _run("HubGraph", f"hubStepLine({_node('a', **fields)}, {words})") == line


def test_the_layout_depends_on_the_steps_and_lines_and_on_nothing_they_say() -> None:
    edges = '[{ source: "a", target: "b", label: "" }]'
    shape = f"hubShape([{_node('a')}, {_node('b')}], {edges}, false)"
    later = f"hubShape([{_node('a', status='running', label='x')}, {_node('b')}], {edges}, false)"
    other = f"hubShape([{_node('a')}, {_node('b')}, {_node('c')}], {edges}, false)"
    narrow = f"hubShape([{_node('a')}, {_node('b')}], {edges}, true)"
    compared = f"[{later}, {other}, {narrow}].map((it) => it === {shape})"
    assert _run("HubGraph", compared) == [True, False, False]


def test_lines_to_unknown_steps_and_doubled_lines_are_left_out() -> None:
    pairs = "[['a', 'b'], ['a', 'b'], ['a', 'gone'], ['gone', 'b'], ['a', 'a']]"
    edges = f"{pairs}.map(([source, target]) => ({{ source, target }}))"
    assert _run("HubGraph", f"hubKnownEdges([{_node('a')}, {_node('b')}], {edges})") == [{"source": "a", "target": "b"}]


def test_the_layout_runs_left_to_right_and_downwards_where_it_is_narrow() -> None:
    call = f"hubLayout(dagre, [{_node('a')}, {_node('b')}], [{{ source: 'a', target: 'b', label: '' }}], %s)"
    result = _run("HubGraph", f"[{call % 'false'}, {call % 'true'}, asked]", FAKE_DAGRE)
    assert isinstance(result, list)
    wide, _, asked = result
    assert wide["places"] == {"a": {"x": 0, "y": 0}, "b": {"x": 200, "y": 0}}
    # From the right side of the first step to the left side of the second one.
    assert wide["lines"] == {'["a","b"]': {"path": "M168,29C184,29 184,29 200,29", "at": None}}
    assert [options["rankdir"] for options, _ in asked] == ["LR", "TB"]


def test_a_line_runs_straight_past_what_it_passes() -> None:
    ends = "{ x: 0, y: 0, half: 10 }, { x: 50, y: 40, half: 10 }, { x: 100, y: 0, half: 10 }"
    assert _run("HubGraph", f"hubPath([{ends}], false)") == "M10,0C25,0 25,40 40,40L60,40C75,40 75,0 90,0"
    assert _run("HubGraph", "hubPath([{ x: 0, y: 0, half: 5 }, { x: 9, y: 30, half: 5 }], true)") == (
        "M0,5C0,15 9,15 9,25"
    )


def test_steps_between_the_same_ones_keep_the_order_they_were_written_in() -> None:
    nodes = f"[{', '.join(_node(key) for key in 'abcd')}]"
    edges = (
        "[['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']].map(([source, target]) => ({ source, target, label: '' }))"
    )
    assert _run("HubGraph", f"hubConstraints({nodes}, {edges})") == [{"left": "b", "right": "c"}]


def test_what_has_not_changed_is_the_same_object_again() -> None:
    script = "const kept = new Map(); const keep = (value) => hubKeep(kept, 'a', value);"
    same = "keep({ status: 'pending' }) === keep({ status: 'pending' })"
    other = "keep({ status: 'pending' }) === keep({ status: 'running' })"
    assert _run("HubGraph", f"[{same}, {other}]", script) == [True, False]


def test_a_small_graph_keeps_its_size_and_a_large_one_is_made_to_fit() -> None:
    small = _run("HubGraph", "hubFitted({ width: 300, height: 58 }, { width: 844, height: 166 })")
    large = _run("HubGraph", "hubFitted({ width: 4000, height: 100 }, { width: 844, height: 166 })")
    assert small == {"zoom": 1, "x": 272, "y": 43}
    assert isinstance(large, dict)
    assert large["zoom"] == pytest.approx(0.2)
    assert large["x"] == 22


def _bars(*bars: dict[str, str]) -> str:
    empty = {"queued_at": "", "started_at": "", "finished_at": "", "status": "succeeded", "type": "agent"}
    return json.dumps([{**empty, **bar} for bar in bars])


def _at(second: int) -> str:
    return f"2026-11-24T10:00:{second:02}.000Z"


def _now(second: int) -> str:
    return f"Date.parse('{_at(second)}')"


def test_an_ended_span_reaches_from_the_first_that_was_ready_to_the_last_that_ended() -> None:
    bars = _bars(
        {"queued_at": _at(0), "started_at": _at(5), "finished_at": _at(10)},
        {"queued_at": _at(10), "started_at": _at(10), "finished_at": _at(20)},
        {"status": "skipped"},
    )
    script = f"const bars = {bars}, now = {_now(59)}, span = hubSpan(bars, now);"
    placed = "bars.map((bar) => hubBar(bar, span, now))"
    assert _run("HubWaterfall", f"[span.length, {placed}]", script) == [
        20_000,
        [
            {"lead": {"left": 0, "width": 25}, "main": {"left": 25, "width": 25}},
            {"lead": None, "main": {"left": 50, "width": 50}},
            {"lead": None, "main": None},
        ],
    ]


@pytest.mark.parametrize(
    ("bar", "placed"),
    [
        ({"status": "running", "started_at": _at(5)}, {"lead": {"left": 0, "width": 25}, "main": [25, 25]}),
        ({"status": "waiting", "started_at": _at(5)}, {"lead": {"left": 0, "width": 25}, "main": [25, 25]}),
        ({"status": "pending"}, {"lead": {"left": 0, "width": 50}, "main": None}),
        # It was cancelled before it began: nobody knows until when it waited.
        ({"status": "cancelled"}, {"lead": None, "main": None}),
    ],
)
def test_what_goes_on_grows_up_to_now(bar: dict[str, str], placed: dict[str, object]) -> None:
    bars = _bars({"status": "running", "started_at": _at(0)}, {"queued_at": _at(0), **bar})
    script = f"const bars = {bars}, now = {_now(10)}, span = hubSpan(bars, now);"
    main = placed["main"]
    wanted = {"left": main[0], "width": main[1]} if isinstance(main, list) else None
    # Ten seconds have passed; the span ends at the next round time, so that nothing shrinks all the while.
    assert _run("HubWaterfall", "[span.length, hubBar(bars[1], span, now)]", script) == [
        20_000,
        {"lead": placed["lead"], "main": wanted},
    ]


def test_before_anything_was_ready_there_is_no_span() -> None:
    bars = _bars({"status": "pending"})
    assert _run("HubWaterfall", f"hubSpan({bars}, {_now(0)})") is None
