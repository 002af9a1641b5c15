"""The browser code: its own tests, run by Node's test runner, and that Python and its modules know the same."""

import pkgutil
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import reflex as rx
from reflex_base.utils.format import to_camel_case

from execution_hub.domain.step import StepStatus
from execution_hub.ui import browser_code, components
from execution_hub.ui.browser_code import FOLDER, BrowserCodePlugin, library
from execution_hub.ui.components import (
    bench,
    browser,
    buttons,
    case_buttons,
    charts,
    connection,
    copying,
    date_range,
    dialog,
    editor,
    edits,
    foot,
    graph,
    icons,
    keyboard,
    long_input,
    markdown,
    matrix,
    page_language,
    palette,
    pasting,
    pick_box,
    steps,
    suite_charts,
    time_left,
    title,
    toasts,
    tool_fields,
    trail,
    visibility,
    waterfall,
    width,
)

AT = "2026-11-24T10:00:00.000Z"
TESTS = sorted(Path(__file__).with_name("browser").glob("*.test.js"))
MODULES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
IMPORT = re.compile(r"""(?:^import (?:[^"']*? from )?|\bimport\()["']([^"']+)["']""", re.MULTILINE)
# What Reflex itself brings into every page.
REFLEX_BRINGS = {"react", "react-dom", "react-router", "$/utils/context"}


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name


def wrappers() -> Iterator[type[rx.Component]]:
    """Yield every class that the factory has made."""
    for module in pkgutil.iter_modules(components.__path__):
        import_module(f"{components.__name__}.{module.name}")
    for kind in rx.Component.__subclasses__():
        if kind.__module__ == browser_code.__name__:
            yield kind


WRAPPERS = list(wrappers())


def field(kind: type[rx.Component], name: str) -> object:
    return kind.get_fields()[name].default


def module_of(kind: type[rx.Component]) -> Path:
    return FOLDER / str(field(kind, "library")).removeprefix(library(""))


def imported(path: Path) -> Iterator[str]:
    """Yield what a module and those that it imports import from elsewhere, and the paths of those modules."""
    todo, seen = [path], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        yield str(path)
        for name in IMPORT.findall(path.read_text()):
            if name.startswith("."):
                todo.append((path.parent / name).resolve())
            else:
                yield name


def package_of(name: str) -> str:
    """Return the npm package of what is imported: `katex/dist/katex.min.css` is of `katex`."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_the_functions_of_the_browser_code_do_what_their_tests_say(path: Path) -> None:
    """Run by Node's test runner, in the process itself; what failed stands in what it printed."""
    node = Path(sysconfig.get_path("scripts")) / "node"
    done = subprocess.run([node, path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^. pass [1-9]", done.stdout, re.MULTILINE), done.stdout


def test_each_module_that_needs_no_package_has_a_test() -> None:
    """Node can load it as it is: a test imports it, or what imports it."""
    alone = {path for path in MODULES if path.suffix == ".js" and all(each[0] == "/" for each in imported(path))}
    tested = {(path.parent / name).resolve() for path in TESTS for name in IMPORT.findall(path.read_text())}
    used = {Path(each) for path in tested & alone for each in imported(path)}
    assert len(alone) > 20
    assert not [name_of(path) for path in alone - used]


def test_a_module_that_says_it_is_pure_needs_no_package() -> None:
    pure = [path for path in MODULES if re.search(r"Pure[.:]", path.read_text().split("\n\n")[0])]
    assert len(pure) > 15
    assert not [name_of(path) for path in pure if any(each[0] != "/" for each in imported(path))]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_begins_with_why_it_is_there_and_writes_no_html(path: Path) -> None:
    """Nor runs text; and names no other server."""
    text = path.read_text()
    assert path.suffix in browser_code.SUFFIXES
    assert re.match(r"// [A-Z\\]", text)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerously|\beval\(|new Function|document\.write", text
    )
    assert "://" not in re.sub(r"(https\?:|/https\?:\\/\\/)", "", text)


@pytest.mark.parametrize("kind", WRAPPERS, ids=lambda kind: kind.__name__)
def test_a_wrapper_fits_the_component_that_its_module_exports(kind: type[rx.Component]) -> None:
    """It has the props that the component takes, by the names it takes them, and no other."""
    tag = str(field(kind, "tag"))
    own = {to_camel_case(name) for name in kind.get_fields() if name not in rx.Component.get_fields()}
    # A component that is loaded later takes the props of what is loaded.
    source = {"Graph": "graph/frame.jsx"}.get(tag)
    text = (FOLDER / source if source else module_of(kind)).read_text()
    found = re.search(rf"^export const {tag}(?:Frame)? = \((?:\{{(.*?)\}})?\) =>", text, re.MULTILINE | re.DOTALL)
    assert found, f"{name_of(module_of(kind))} exports no {tag}"
    taken = {part.split(":")[0].split("=")[0].strip() for part in (found[1] or "").split(",")} - {""}
    assert taken - {"className", "children", "...rest"} == own


@pytest.mark.parametrize("kind", WRAPPERS, ids=lambda kind: kind.__name__)
def test_a_wrapper_brings_the_packages_that_its_module_imports_and_no_other(kind: type[rx.Component]) -> None:
    """Each pinned to one version: an import of a package that is not installed ends the build."""
    wanted = {package_of(name) for name in imported(module_of(kind)) if name[0] != "/" and name not in REFLEX_BRINGS}
    packages = field(kind, "lib_dependencies")
    assert isinstance(packages, list)
    assert all(re.fullmatch(r".+@\d+\.\d+\.\d+", package) for package in packages)
    assert {package.rpartition("@")[0] for package in packages} == wanted


class Listener(rx.State):
    """Takes what the components tell."""

    @rx.event
    def take(self) -> None:
        """Take it."""

    @rx.event
    def open(self, number: int) -> None:
        """Take it."""

    @rx.event
    def note(self, is_so: bool) -> None:
        """Take it."""

    @rx.event
    def select(self, key: str) -> None:
        """Take it."""

    @rx.event
    def hold(self, values: dict[str, str]) -> None:
        """Take it."""

    @rx.event
    def look(self, span: str, zone_minutes: int) -> None:
        """Take it."""

    @rx.event
    def end(self, until: float) -> None:
        """Take it."""

    @rx.event
    def pick(self, is_picked: bool, is_range: bool) -> None:
        """Take it."""

    @rx.event
    def span(self, since: str, until: str) -> None:
        """Take it."""


TEXT = rx.Var.create("text")
YES = rx.Var.create(True)
DRAWN = {
    "Arrival": keyboard.arrival,
    "Ticker": lambda: browser.ticker(AT),
    "Ago": lambda: browser.ago(AT),
    "Clock": lambda: browser.clock(AT),
    "Moment": lambda: browser.moment(AT),
    "DayHeading": lambda: browser.day_heading(AT, AT),
    "ServerClock": lambda: browser.server_clock(rx.Var.create(1.0)),
    "ListHold": lambda: browser.list_hold(Listener.note),
    "ListReturn": browser.list_return,
    "OneBeat": browser.one_beat,
    "DateRange": lambda: date_range.date_range(AT, AT, Listener.span),
    "SaveKey": bench.save_key,
    "SendForm": lambda: bench.send_form("Send", target="form", on_send=Listener.hold, test_id="send"),
    "Connection": connection.connection,
    "ConnectionWord": connection.connection_word,
    "LastSeen": connection.last_seen,
    "Copy": lambda: copying.copy_button("text"),
    "HubButton": lambda: buttons.hub_button("Stop", title="Stop", on_click=Listener.take),
    "Refused": connection.refused,
    "Count": lambda: long_input.count("field", 10),
    "Countdown": lambda: foot.countdown(rx.Var.create(1.0), Listener.end),
    "CaseButtons": lambda: case_buttons.case_buttons("field", YES),
    "Dialog": lambda: dialog.dialog(is_open=YES, on_close=Listener.take, aria_label="Name"),
    "Edits": lambda: edits.edits(YES, Listener.note, Listener.hold),
    "FieldWords": lambda: tool_fields.FieldWords.create(words={"effort": "effort {value}"}, empty="None"),
    "ToolWords": lambda: tool_fields.ToolWords.create(target="tools", words={"none": "None"}),
    "ToolTokens": lambda: tool_fields.ToolTokens.create(target="tools", tokens=[], words="{n} tokens", locale="en"),
    "ToolChoices": lambda: tool_fields.ToolChoices.create(target="tools"),
    "Lack": lambda: tool_fields.Lack.create(model="model", field="effort", offers=[], words={"hub": "{model}"}),
    "Lacks": lambda: tool_fields.lacks([]),
    "FileText": lambda: editor.file_text("File", target="field", limit=10, test_id="file"),
    "FocusField": lambda: editor.focus_field(TEXT),
    "Graph": lambda: graph.workflow_graph(
        rx.Var.create([]), rx.Var.create([]), selected="", on_select=Listener.select
    ).children[0],
    "Insert": lambda: editor.insert_chip("input", "{{ input }}", "field"),
    "Keyboard": lambda: keyboard.keyboard(keyboard.HISTORY_KEYS),
    "LeaveGuard": lambda: editor.leave_guard(YES, TEXT, Listener.take),
    "Opener": lambda: keyboard.opener("Help", opens="help"),
    "PageLanguage": page_language.page_language,
    "Palette": palette.palette,
    "PickBox": lambda: pick_box.pick_box("Name", is_picked=YES, on_pick=Listener.pick),
    "Raw": lambda: markdown.raw_text(settled=[], blocks=[], open_parts=[], tail=TEXT),
    "Rendered": lambda: markdown.rendered_text(settled=[], blocks=[], open_parts=[], tail=TEXT, is_writing=YES),
    "Returns": lambda: edits.returns(Listener.take),
    "SuiteCharts": lambda: suite_charts.suite_charts(rx.Var.create(1)),
    "TakesFocus": lambda: foot.TakesFocus.create(turn=rx.Var.create(1.0)),
    "TimeBar": lambda: time_left.time_bar(AT, 1),
    "TimeLeft": lambda: time_left.time_left(AT, 1, 2),
    "Title": lambda: title.tab_title(TEXT, rx.Var.create(1), YES),
    "Toasts": lambda: toasts.toasts(*(rx.Var.create([]) for _ in range(4))),
    "TrendCharts": lambda: charts.trend_charts(
        charts=rx.Var.create({}),
        opened=TEXT,
        span=TEXT,
        is_failed=YES,
        words=rx.Var.create({}),
        locale=TEXT,
        on_look=Listener.look,
        on_look_away=Listener.take,
        on_toggle=Listener.note,
        on_span=Listener.select,
    ),
    "Trail": trail.trail,
    "TrailNotes": trail.trail_notes,
    "PastedText": lambda: pasting.pasted_text(Listener.select, Listener.span),
    "TextOfFile": lambda: pasting.text_of_file("Open", on_file=Listener.span, kinds=".csv", test_id="file"),
    "Visibility": lambda: visibility.visibility(Listener.note),
    "Matrix": lambda: matrix.matrix(opened=rx.Var.create(-1), on_open=Listener.open, on_news=Listener.open),
    "Waterfall": lambda: waterfall.waterfall(
        rx.Var.create([]), on_select=Listener.select, selected="", calls=rx.Var.create([]), calls_of=TEXT
    ),
    "WhenChanged": lambda: editor.when_changed(TEXT, Listener.take),
    "WhenOld": lambda: editor.when_old(TEXT, TEXT, Listener.take),
    "Width": lambda: width.width(1080, Listener.note),
    "Within": lambda: long_input.within("field", 10),
}


@pytest.mark.parametrize("kind", WRAPPERS, ids=lambda kind: kind.__name__)
def test_a_page_draws_a_wrapper_with_each_of_its_props(kind: type[rx.Component]) -> None:
    """Under the name that is imported from its module."""
    component = DRAWN[kind.__name__]()
    assert isinstance(component, kind)
    rendered = component.render()
    assert rendered["name"] == field(kind, "tag")
    assert [each.tag for each in component._get_all_imports()[str(field(kind, "library"))]] == [rendered["name"]]
    own = {to_camel_case(name) for name in kind.get_fields() if name not in rx.Component.get_fields()}
    passed = {prop.split(":")[0] for prop in rendered["props"]}
    # When something ended is told only of what has.
    assert own - passed <= ({"finishedAt"} if kind.__name__ == "Ticker" else set())


def test_every_module_is_used() -> None:
    """From a wrapper, or from what else compiles into the pages."""
    others = [FOLDER / name for name in ("transport.js", "presses.js", "submit_on_enter.js")]
    used = {each for path in [*map(module_of, WRAPPERS), *others] for each in imported(path)}
    assert len(WRAPPERS) > 20
    assert not [name_of(path) for path in MODULES if str(path) not in used]


def test_the_compiler_gets_every_module_at_the_place_that_wrappers_import() -> None:
    assets = dict(BrowserCodePlugin().get_static_assets())
    assert set(assets) == {Path("browser") / path.relative_to(FOLDER) for path in MODULES}
    assert library("times.jsx") == "$/browser/times.jsx"
    assert assets[Path("browser/times.jsx")] == (FOLDER / "times.jsx").read_text()


def test_every_status_has_an_icon_and_a_word() -> None:
    drawn, words = steps.step_icons(), steps.step_words()
    assert {status.value for status in StepStatus} <= drawn.keys() & words.keys()
    assert drawn["running"] == icons.icon_path("spinner")
    used = re.findall(r'(?:name=|control\()"(\w+)"', "".join(path.read_text() for path in MODULES))
    assert used
    assert set(used) <= drawn.keys()


def test_what_no_page_without_a_graph_needs_is_loaded_with_the_first_graph() -> None:
    """The packages that draw graphs, formulas, diagrams, charts and colours are behind an `import()`."""
    static = re.compile(r'^import (?:[^"]*? from )?"([^"]+)"', re.MULTILINE)
    later = {"@xyflow/react", "@dagrejs/dagre", "katex", "mermaid", "lowlight", "recharts"}
    todo, seen = [module_of(kind) for kind in WRAPPERS], set()
    while todo:
        path = todo.pop()
        seen.add(path)
        for name in static.findall(path.read_text()):
            if name.startswith("."):
                todo.append((path.parent / name).resolve())
            else:
                assert package_of(name) not in later, f"{name_of(path)} imports {name}"
    assert (FOLDER / "graph/frame.jsx") not in seen
