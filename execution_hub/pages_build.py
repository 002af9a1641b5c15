"""Building the pages, only when what they come from has changed, and never under a running hub.

::

    .build/lock          held while somebody builds, chooses or removes
    .build/work          where Reflex compiles; its node_modules are used again
    .build/build.log     what the last build said
    .build/<hash>/       what serving needs, whole or not there; `in-use` is locked by each hub that serves it
"""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from execution_hub.errors import StartError
from execution_hub.settings import ROOT, build_api_url, child_environment

SOURCES = (
    "execution_hub/ui",
    "execution_hub/views",
    "execution_hub/words",
    "execution_hub/domain",
    "execution_hub/llm/simulated.py",
    "execution_hub/content_policy.py",
    "execution_hub/execution_hub.py",
    "rxconfig.py",
    "assets",
    "requirements.lock",
)
# The build may write it, so it is looked at again afterwards.
LOCK_SOURCES = ("reflex.lock", ".npmrc", "bunfig.toml")
# What Reflex reads of its work folder when it serves: the pages, and what it noted for the backend.
SERVED_FOLDERS = ("build/client", "backend")
SERVED_FILES = ("reflex.json", "env.json", "routes.json")
IN_USE = "in-use"
STOP_SECONDS = 5

# Letters of a path that React Router and Vite take for a URL's: they look for their own files elsewhere then.
_ASTRAY = set("%#?")
# npm and Reflex end with where more is to be read.
_POINTERS = re.compile(r"complete log of this run|--loglevel|debug-\d+\.log")
_ERRORS = re.compile(r"\berror\b|Error: ", re.IGNORECASE)
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Pages:
    """Built pages, kept from being removed as long as this process, or what it becomes, lives.

    Attributes:
        folder: What `REFLEX_WEB_WORKDIR` has to name.
        build_seconds: How long the build took; None if they were there already.
    """

    folder: Path
    build_seconds: float | None


def ensure_pages(root: Path = ROOT) -> Pages:
    """Return pages that fit the sources, building them if there are none.

    Args:
        root: The project's folder.

    Raises:
        StartError: The build failed; the message names its log and its last line.
    """
    build_root = root / ".build"
    try:
        build_root.mkdir(exist_ok=True)
        with _locked(build_root / "lock"):
            sources = _digest(root, SOURCES)
            folder = build_root / _name(sources, root)
            if folder.is_dir():
                _hold(folder)
                return Pages(folder, None)
            started = time.monotonic()
            _build(root, build_root)
            folder = _publish(build_root, build_root / _name(sources, root))
            _hold(folder)
            _remove_unused(build_root, keep=folder)
            return Pages(folder, time.monotonic() - started)
    except OSError as error:
        raise StartError(f"The pages cannot be built in {build_root}: {error.strerror or error}.") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another start to finish its build …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _name(sources: str, root: Path) -> str:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    parts = (sources, _digest(root, LOCK_SOURCES), build_api_url() or "", python)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _digest(root: Path, names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in names:
        path = root / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            relative = file.relative_to(root).as_posix()
            # Reflex copies what packages bring into assets/external while it compiles.
            if file.is_file() and "__pycache__" not in file.parts and not relative.startswith("assets/external/"):
                content = file.read_bytes()
                digest.update(f"{relative} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _build(root: Path, build_root: Path) -> None:
    print("Building the pages; the first time this takes a minute or two …", flush=True)
    log = build_root / "build.log"
    if not _ASTRAY & set(str(build_root)):
        _compile(root, build_root / "work", log)
        return
    with tempfile.TemporaryDirectory(prefix="execution-hub-") as name:
        work = Path(name) / "work"
        _compile(root, work, log)
        shutil.rmtree(work / "node_modules", ignore_errors=True)
        shutil.rmtree(build_root / "work", ignore_errors=True)
        shutil.move(work, build_root / "work")


def _compile(root: Path, work: Path, log: Path) -> None:
    environment = child_environment(with_settings=False, REFLEX_WEB_WORKDIR=str(work), NO_COLOR="1", TERM="dumb")
    command = (sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--env", "prod")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait()
        except BaseException:
            _stop(process)
            raise
    if status != 0 or not (work / "build" / "client" / "index.html").is_file():
        raise StartError(f"The page build failed (see {log}): {_last_line(log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a build and the compilers it has started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _last_line(log: Path) -> str:
    """Return the last line that tells something: an error if there is one."""
    lines = [_COLOURS.sub("", line).strip() for line in log.read_text(errors="replace").splitlines()]
    told = [line for line in lines if line and not _POINTERS.search(line)]
    errors = [line for line in told if _ERRORS.search(line)]
    return next(reversed(errors or told), "it said nothing")


def _publish(build_root: Path, folder: Path) -> Path:
    """Copy what serving needs to its folder, which is there whole or not at all."""
    work, fresh = build_root / "work", build_root / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name in SERVED_FOLDERS:
        if (work / name).is_dir():
            shutil.copytree(work / name, fresh / name)
    for name in SERVED_FILES:
        if (work / name).is_file():
            shutil.copy2(work / name, fresh / name)
    (fresh / IN_USE).touch()
    if not folder.exists():
        fresh.rename(folder)
    return folder


def _hold(folder: Path) -> None:
    # Never closed: the server takes this process's place and keeps it open.
    file = os.open(folder / IN_USE, os.O_RDONLY)
    os.set_inheritable(file, True)
    fcntl.flock(file, fcntl.LOCK_SH)


def _remove_unused(build_root: Path, keep: Path) -> None:
    for marker in build_root.glob(f"*/{IN_USE}"):
        if marker.parent == keep:
            continue
        with marker.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(marker.parent, ignore_errors=True)
