"""`execution-hub suite`: its exit code is the verdict, and its files are read by others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from execution_hub.cli import main
from execution_hub.console import suites
from execution_hub.console.hubs import ServedHub
from execution_hub.logs import configure_logs, quieten_logs
from tests.support.api import Api
from tests.support.server import free_port
from tests.support.suites import store_run
from tests.support.terminal import run

CASES = """\
{"name": "Bees", "input": "[fast] bees", "checks": [{"type": "contains", "value": "bees"}]}
{"name": "Short", "input": "[fast] x", "checks": [{"type": "max_chars", "value": 3}]}
"""


def test_the_exit_code_is_the_verdict(tmp_path: Path) -> None:
    """0 passed, 1 not passed, 2 could not run; with a hub of the moment."""
    settings = {"HUB_DATA_DIR": str(tmp_path / "data"), "HUB_PORT": str(free_port())}
    file, junit, html = (tmp_path / name for name in ("cases.jsonl", "report.xml", "report.html"))
    file.write_text(CASES)
    made = run("suite", "import", str(file), "--name", "Smoke", "--agent", "offline helper", **settings)
    assert (made.returncode, made.stdout) == (0, "Suite 2: Smoke, 2 cases.\n")

    words = ("--fail-under", "0.5", "--junit", str(junit), "--html", str(html), "--json")
    passed = run("suite", "run", "smoke", *words, **settings)
    assert passed.returncode == 0
    told = json.loads(passed.stdout)
    assert told["verdict"]["passed"] == 1 and len(told["results"]) == 2
    assert "failed" not in passed.stderr
    root = ET.parse(junit).getroot()  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert "Short" in html.read_text()

    failed = run("suite", "run", "2", **settings)
    assert failed.returncode == 1
    assert failed.stdout.startswith("Not passed: 1 of 2 passed, 1 failed, 95% interval 9.5% to 90.5%")
    assert "failed: Short · Offline helper\n  max_chars: It has " in failed.stderr
    assert "execution-hub show " in failed.stderr

    nobody = run("suite", "run", "other", "--json", **settings)
    assert nobody.returncode == 2
    assert json.loads(nobody.stdout)["error"]["code"] == "not_found"
    assert "There are: Reckoner's sums, Smoke." in nobody.stderr

    for wrong in (("run", "Smoke", "--junit", "/nowhere/at/all.xml"), ("import", "/nowhere.csv")):
        refused = run("suite", *wrong, **settings)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("run",),
        ("run", "A", "--fail-under", "2"),
        ("run", "A", "--fail-under", "nan"),
        ("run", "A", "--timeout", "0"),
    ],
)
def test_a_wrong_call_is_two(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(("suite", *words))
    assert left.value.code == 2
    assert "execution-hub suite" in capsys.readouterr().err


@pytest.fixture
def quiet() -> Iterator[None]:
    """Keep the log of a hub in this process off standard output, as the command line does."""
    quieten_logs()
    yield
    configure_logs()


async def test_a_served_hub_runs_it_and_a_timeout_stops_it(
    api: Api, quiet: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served = ServedHub(f"http://127.0.0.1:{api.port}")
    config = tmp_path / "promptfooconfig.yaml"
    config.write_text("description: Slow\nprompts: [file://p.txt]\ntests: [{vars: {q: x}, assert: [{type: python}]}]\n")
    (tmp_path / "p.txt").write_text("[slow] {{ q }}")
    assert await suites.import_file(served, suites.Incoming(config, agents=("1",)), is_json=False) == 0
    told = capsys.readouterr()
    assert told.out == "Suite 2: Slow, 1 case.\n"
    assert "tests[0].assert[0]: python: A program" in told.err
    junit = tmp_path / "j.xml"
    wanted = suites.Wanted(timeout_seconds=0.5, junit=junit)
    assert await suites.run(served, "slow", wanted, is_json=False) == 2
    told = capsys.readouterr()
    assert told.out.startswith("cancelled: ")
    assert f"http://127.0.0.1:{api.port}/executions/1" in told.err
    assert ET.parse(junit).getroot().get("tests") == "1"  # noqa: S314 - our own
    monkeypatch.setattr(suites, "PART_MAX", 150)
    many = tmp_path / "many.jsonl"
    many.write_text("".join(f'{{"input": "{n}"}}\n' for n in range(5)))
    assert await suites.import_file(served, suites.Incoming(many), is_json=True) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["cases"]] == [*"01234"]
    more = suites.Incoming(config, into="Slow", is_replacing=True)
    assert await suites.import_file(served, more, is_json=True) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 1
    assert await suites.list_suites(served, 25, None, is_json=False) == 0
    assert "Slow" in capsys.readouterr().out


async def test_what_it_is_likely_to_cost_is_told_before_it_starts(
    api: Api, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the last run on the same targets did; of a suite that never ran nothing is told."""
    served = ServedHub(f"http://127.0.0.1:{api.port}")
    about = {"name": "Priced", "targets": [{"agent_id": 1}], "cases": [{"name": "a", "input": "Hello"}]}
    status, suite = await api.call("POST", "/api/suites", json=about)
    assert status == 201
    assert await suites.run(served, "Priced", suites.Wanted(), is_json=False) == 0
    assert "About" not in capsys.readouterr().err
    await api.hub._database.awrite(lambda connection: store_run(connection, suite["id"], "+", cost_usd=0.04))
    assert await suites.run(served, "Priced", suites.Wanted(), is_json=False) == 0
    first, second, *_ = capsys.readouterr().err.splitlines()
    assert first.startswith("About $0.040 for 1 cell, as in run ")
    assert second.startswith("Execution ")


class OlderHub(ServedHub):
    """A hub of a release that answers no estimate."""

    async def estimate(self, suite_id: int) -> dict[str, Any]:
        return await self._call("GET", f"/api/suites/{suite_id}/not-there-yet")


async def test_an_older_hub_runs_a_suite_without_an_estimate(api: Api, quiet: None) -> None:
    about = {"name": "Plain", "targets": [{"agent_id": 1}], "cases": [{"name": "a", "input": "Hello"}]}
    assert (await api.call("POST", "/api/suites", json=about))[0] == 201
    served = OlderHub(f"http://127.0.0.1:{api.port}")
    assert await suites.run(served, "Plain", suites.Wanted(), is_json=False) == 0
