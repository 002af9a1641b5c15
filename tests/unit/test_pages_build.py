"""When pages are built, and which built ones are kept; the build itself is a copy of a file here."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from execution_hub import pages_build
from execution_hub.errors import StartError
from execution_hub.pages_build import IN_USE, ensure_pages

Builds = list[Path]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree with something of each kind that pages come from."""
    for name in ("execution_hub/ui/a.py", "assets/a.css", "rxconfig.py", "reflex.lock/package.json", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """Replace the build, which is slow, by one that leaves one page; return who was built."""
    made: Builds = []

    def build(root: Path, build_root: Path) -> None:
        made.append(root)
        client = build_root / "work" / "build" / "client"
        client.mkdir(parents=True, exist_ok=True)
        (client / "index.html").write_text("a page")

    monkeypatch.setattr(pages_build, "_build", build)
    monkeypatch.delenv("API_URL", raising=False)
    return made


def test_an_unchanged_tree_is_built_once(tree: Path, builds: Builds) -> None:
    first, second = ensure_pages(tree), ensure_pages(tree)
    assert first.folder == second.folder
    assert first.build_seconds is not None
    assert second.build_seconds is None
    assert (first.folder / "build" / "client" / "index.html").read_text() == "a page"
    assert builds == [tree]


@pytest.mark.parametrize(
    ("name", "is_built"),
    [
        ("execution_hub/ui/a.py", True),
        ("execution_hub/ui/new.py", True),
        ("execution_hub/ui/browser/a.js", True),
        ("execution_hub/ui/browser/graph/a.jsx", True),
        ("execution_hub/views/a.py", True),
        ("execution_hub/words/a.py", True),
        ("execution_hub/version.py", True),
        ("assets/a.css", True),
        ("rxconfig.py", True),
        ("reflex.lock/package.json", True),
        ("README.md", False),
        ("execution_hub/hub/hub.py", False),
        ("execution_hub/ui/__pycache__/a.pyc", False),
        ("execution_hub/views/rows.py", True),
        ("execution_hub/words/locales/zh/LC_MESSAGES/hub.po", True),
        ("assets/external/b.js", False),
    ],
)
def test_what_pages_come_from_has_them_built_again_and_nothing_else(
    tree: Path, builds: Builds, name: str, is_built: bool
) -> None:
    ensure_pages(tree)
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text("two")
    ensure_pages(tree)
    assert len(builds) == 1 + is_built


def test_a_setting_does_not_build_but_the_address_in_the_pages_does(
    tree: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_pages(tree)
    monkeypatch.setenv("HUB_PORT", "9001")
    ensure_pages(tree)
    assert len(builds) == 1
    monkeypatch.setenv("API_URL", "https://hub.example.com")
    ensure_pages(tree)
    assert len(builds) == 2


def test_a_lock_the_build_writes_itself_does_not_build_again(
    tree: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    build: Callable[[Path, Path], None] = pages_build._build

    def writes_lock(root: Path, build_root: Path) -> None:
        build(root, build_root)
        (root / "reflex.lock" / "package.json").write_text("as npm likes it")

    monkeypatch.setattr(pages_build, "_build", writes_lock)
    ensure_pages(tree)
    ensure_pages(tree)
    assert len(builds) == 1


def test_pages_that_a_hub_serves_are_not_removed_by_a_later_build(tree: Path, builds: Builds) -> None:
    child = os.fork()
    if not child:
        # Served by a hub that has ended when the second build begins: nobody holds them.
        ensure_pages(tree)
        os._exit(0)
    os.waitpid(child, 0)
    (unused,) = (path.parent for path in (tree / ".build").glob(f"*/{IN_USE}"))
    (tree / "rxconfig.py").write_text("two")
    served = ensure_pages(tree).folder
    (tree / "rxconfig.py").write_text("three")
    newest = ensure_pages(tree).folder
    assert not unused.exists()
    assert (served / "build" / "client" / "index.html").is_file()
    assert newest != served


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tree: Path, builds: Builds) -> None:
    (tree / ".build").touch()
    with pytest.raises(StartError, match="The pages cannot be built in"):
        ensure_pages(tree)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("\x1b[31mRuntimeError: broken\x1b[0m\n\n", "RuntimeError: broken"),
        ("npm error notarget no version\nnpm verbose exit 1\nnpm error A complete log of this run", "notarget"),
        ("Compiling\nRun with --loglevel debug  for the full log.\n", "Compiling"),
        ("", "it said nothing"),
    ],
)
def test_the_line_quoted_from_the_log_tells_something(tmp_path: Path, log: str, line: str) -> None:
    (tmp_path / "build.log").write_text(log)
    assert line in pages_build._last_line(tmp_path / "build.log")


@pytest.mark.parametrize("name", ["My%20Project", "a#b", "a?b", "two words ü"])
def test_pages_of_a_project_in_any_folder_are_built_where_the_compilers_find_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """And are served from the project all the same."""
    worked: list[Path] = []

    def compile_pages(_root: Path, work: Path, _log: Path) -> None:
        worked.append(work)
        (work / "build" / "client").mkdir(parents=True)
        (work / "build" / "client" / "index.html").write_text("a page")
        (work / "node_modules").mkdir()

    monkeypatch.setattr(pages_build, "_compile", compile_pages)
    tree = tmp_path / name
    (tree / "execution_hub" / "ui").mkdir(parents=True)
    for file in ("rxconfig.py", "execution_hub/execution_hub.py"):
        (tree / file).write_text("one")
    pages = ensure_pages(tree)
    assert pages.folder.parent == tree / ".build"
    assert (pages.folder / "build" / "client" / "index.html").read_text() == "a page"
    assert (worked == [tree / ".build" / "work"]) == (name == "two words ü")
    assert not set("%#?") & set(str(worked[0]))
    assert worked[0].exists() == (name == "two words ü")
