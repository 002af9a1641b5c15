"""The rooms of the house: who may import whom, and who alone may touch what."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "execution_hub"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room may import from rooms with a smaller number, and from itself.
ROOMS = {
    "errors": 0,
    "network": 0,
    "streams": 0,
    "content_policy": 0,
    "settings": 1,
    "json_file": 0,
    "background": 0,
    "metrics": 1,
    "traces": 2,
    "otlp": 3,
    "domain": 1,
    "exposure": 2,
    "suite_files": 3,
    "llm": 2,
    "store": 3,
    "tools": 3,
    "live": 4,
    "engine": 4,
    "runners": 5,
    "logs": 2,
    "pool": 2,
    "read_ahead": 3,
    "hub": 6,
    "words": 2,
    "views": 5,
    "api": 9,
    "ui": 9,
    "execution_hub": 10,
    "asgi": 11,
    "version": 0,
    "server": 1,
    "pages_build": 2,
    "serve": 10,
    "worker": 10,
    "role": 0,
    "process": 0,
    "rate_limit": 0,
    "duty_cycle": 0,
    "heap": 0,
    "waiters": 0,
    "console": 9,
    "cli": 11,
}

# What only these may import; a folder stands for all in it.
ALONE = {
    ("reflex", "reflex_base", "socketio"): ("ui", "execution_hub.py"),
    ("sqlmodel", "sqlalchemy", "alembic"): ("store", "engine/database.py"),
    ("anthropic",): ("llm/claude.py",),
    ("openai",): ("llm/openai_compatible.py",),
    ("httpx2", "httpx"): (
        "llm/claude.py",
        "llm/openai_compatible.py",
        "llm/sdk_client.py",
        "llm/sdk_faults.py",
        "tools/bounded_http.py",
        "tools/mcp_session.py",
    ),
    ("dbos",): ("engine",),
    ("mcp", "mcp_types", "simpleeval"): ("tools",),
    ("granian",): ("server.py",),
    ("fastapi", "starlette"): ("api",),
    ("babel",): ("words",),
    ("yaml", "csv"): ("suite_files",),
    ("opentelemetry",): ("otlp.py",),
    ("prometheus_client",): ("metrics.py",),
    ("junitparser",): ("views/run_junit.py",),
}
LINES_MAX = 350
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


# Each is asked three times of every module: parsing it once is what costs.
@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return what a module says that these tests look at: its imports, and what it takes from `os`."""
    return tuple(each for each in ast.walk(ast.parse(path.read_text())) if _is_looked_at(each))


def _is_looked_at(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id == "os"
    return isinstance(node, ast.Import | ast.ImportFrom)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the full names a module imports, wherever in it."""
    found: list[str] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: imports are absolute"
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def room_of(name: str) -> str:
    """Return the room of `execution_hub.store.agents.find`: `store`."""
    return name.split(".")[1]


def test_a_module_imports_only_from_its_room_and_the_rooms_below() -> None:
    found = []
    for path in MODULES:
        room = path.relative_to(PACKAGE).with_suffix("").parts[0]
        if room == "__init__":
            continue
        for name in imports(path):
            if name.startswith("execution_hub.") and (other := room_of(name)) != room and ROOMS[other] >= ROOMS[room]:
                found.append(f"{name_of(path)} imports {name}")
    assert not found


def test_the_picture_for_contributors_shows_the_imports_that_there_are() -> None:
    """Each arrow is an import, and each import goes along arrows."""
    picture = (PACKAGE.parent / "CONTRIBUTING.md").read_text().split("```mermaid")[1].split("```")[0]
    rooms = set(re.findall(r'^ +(\w+)\["', picture, re.MULTILINE))
    arrows = {
        (above, below)
        for above, all_below in re.findall(r"^ +(\w+) --> (.+)$", picture, re.MULTILINE)
        for below in all_below.split(" & ")
    }
    found = set()
    for path in MODULES:
        room = _pictured(path.relative_to(PACKAGE).with_suffix("").parts[0])
        others = {_pictured(room_of(name)) for name in imports(path) if name.startswith("execution_hub.")}
        found |= {(room, other) for other in others & rooms - {room} if room in rooms}
    assert not arrows - found, "no such import"
    assert not {(above, below) for above, below in found if below not in _below(above, arrows)}, "no way along arrows"


def _pictured(room: str) -> str:
    return "doors" if room in {"ui", "api", "console"} else room


def _below(room: str, arrows: set[tuple[str, str]]) -> set[str]:
    near = {below for above, below in arrows if above == room}
    return near.union(*(_below(each, arrows) for each in near))


def test_no_module_needs_itself_in_a_circle() -> None:
    """Neither where it is loaded, nor later in a function, nor for types alone."""
    modules = {f"execution_hub.{name_of(path).removesuffix('.py').replace('/', '.')}": path for path in MODULES}
    needs = {}
    for module, path in modules.items():
        names = {part for name in imports(path) for part in (name, name.rpartition(".")[0])}
        needs[module] = names & modules.keys() - {module}
    # Raises where there is a circle, and names it.
    TopologicalSorter(needs).prepare()


def test_a_library_is_imported_only_where_it_belongs() -> None:
    found = []
    for path in MODULES:
        names = {name.split(".")[0] for name in imports(path)}
        for libraries, places in ALONE.items():
            if not any(name_of(path) == place or name_of(path).startswith(f"{place}/") for place in places):
                found += [f"{name_of(path)} imports {name}, only {places} may" for name in names & set(libraries)]
    assert not found


def test_only_the_settings_read_the_environment() -> None:
    found = []
    for path in MODULES:
        if path.name == "settings.py":
            continue
        read = [node for node in nodes(path) if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT]
        found += [f"{name_of(path)}:{node.lineno}" for node in read]
        found += [
            f"{name_of(path)} imports {name}" for name in {f"os.{each}" for each in ENVIRONMENT} & {*imports(path)}
        ]
    assert not found


def test_a_module_has_one_noun_and_not_too_many_lines() -> None:
    long = {name_of(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > LINES_MAX}
    assert not long, "look for the second noun in it, and give that a module of its own"


def test_pages_do_not_use_the_views_of_other_pages() -> None:
    pages = PACKAGE / "ui" / "pages"
    for path in pages.rglob("*.py"):
        own = path.relative_to(pages).with_suffix("").parts[0]
        for name in imports(path):
            if name.startswith("execution_hub.ui.pages."):
                words = name.split(".")
                assert words[3] == own or "state" in words, f"{name_of(path)} imports {name}"


def test_a_package_itself_holds_a_docstring_and_loads_nothing() -> None:
    found = []
    for path in sorted(PACKAGE.glob("**/__init__.py")):
        if path.parent.parent.name == "pages":
            continue  # a page that became a folder shows its page here
        body = ast.parse(path.read_text()).body
        if not all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body):
            found.append(name_of(path))
    assert not found


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("execution_hub", "pydantic reflex sqlalchemy anthropic openai dbos fastapi granian"),
        ("execution_hub.cli", "reflex sqlalchemy anthropic openai dbos fastapi granian"),
        ("execution_hub.serve", "reflex sqlalchemy anthropic openai dbos fastapi granian"),
        ("execution_hub.server", "pydantic reflex sqlalchemy anthropic openai dbos fastapi"),
        ("execution_hub.hub.hub", "reflex anthropic openai fastapi granian alembic opentelemetry.sdk requests"),
    ],
)
def test_a_door_does_not_load_what_it_does_not_need(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print(*(set({heavy.split()!r}) & set(sys.modules)))"
    result = subprocess.run(
        (sys.executable, "-c", code), cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []


def test_no_engine_of_a_database_tells_parameters_in_its_errors() -> None:
    """They are what people and models wrote, and go into logs."""
    made = [
        node
        for path in (*MODULES, PACKAGE.parent / "alembic" / "env.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "create_engine"
    ]
    assert made
    for call in made:
        assert any(each.arg == "hide_parameters" for each in call.keywords), ast.unparse(call)


def test_test_files_share_through_support_only() -> None:
    """What two of them need is in tests/support, so that each can be read, moved and run alone."""
    for path in sorted((PACKAGE.parent / "tests").rglob("test_*.py")):
        for name in imports(path):
            assert not name.startswith(("tests.unit", "tests.integration", "tests.browser")), f"{path} imports {name}"
