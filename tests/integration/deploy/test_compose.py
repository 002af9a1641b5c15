"""What `deploy/` hands out for several processes: its services started for real, one by one, without containers."""

import base64
import http.client
import inspect
import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from http.server import HTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from opentelemetry.exporter.otlp.proto.http import _common as otlp_common
from opentelemetry.exporter.otlp.proto.http import trace_exporter as otlp_exporter
from opentelemetry.sdk import resources as sdk_resources
from opentelemetry.sdk import trace as sdk_trace
from opentelemetry.sdk.trace import export as sdk_export
from opentelemetry.sdk.trace import sampling as sdk_sampling

from execution_hub import settings as settings_module
from execution_hub.role import Role
from execution_hub.settings import Settings
from execution_hub.store.pools import pools_of
from tests.support.named_port import NamedPort
from tests.support.nginx import CLUSTER, CONFIGURATION, PASSWORD, PUBLIC_NAME, USER, Nginx
from tests.support.server import ROOT, HubProcess, poll

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
UNIT = DEPLOY / "execution-hub-compose.service"
# What a process may take after the time its executions have: its engine ends, its connections close.
END_SECONDS = 10
# Beside its pools, of a process that has joined: the lease, and the bus, in and out.
JOINED_CONNECTIONS = 3
OWN = ("migrate", "web-1", "web-2", "worker")
ENVIRONMENT = {"HUB_DATABASE_PASSWORD": "not-secret", "HUB_NAME": PUBLIC_NAME}


def interpolated(value: Any) -> Any:
    """Return what Compose makes of `${NAME:-default}` and `${NAME:?words}`, with the environment of this test."""
    if isinstance(value, dict):
        return {name: interpolated(each) for name, each in value.items()}
    if isinstance(value, list):
        return [interpolated(each) for each in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\$\{(\w+)(?::([-?])([^}]*))?\}", _variable, value)


def _variable(found: re.Match[str]) -> str:
    name, kind, default = found.groups()
    if name in ENVIRONMENT:
        return ENVIRONMENT[name]
    assert kind == "-", f"{name} has to be set"
    return str(default)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Return the services of the file, as Compose reads them."""
    return dict(interpolated(yaml.safe_load(COMPOSE.read_text()))["services"])


def seconds(text: str) -> int:
    """Return the seconds of a duration as Compose writes it."""
    return int(text.removesuffix("s"))


# The files


def test_the_compose_file_is_one() -> None:
    schema = json.loads((ROOT / "tests" / "support" / "compose-spec.json").read_text())
    Draft7Validator(schema).validate(yaml.safe_load(COMPOSE.read_text()))


def test_no_secret_stands_in_it() -> None:
    text = COMPOSE.read_text()
    for name in ("PASSWORD", "_KEY", "_SECRET"):
        for value in re.findall(rf"^ +\w*{name}: (.*)$", text, re.MULTILINE):
            assert re.fullmatch(r"\$\{\w+:[-?][^}]*\}", value), value
    assert "deploy/config\n" in (DEPLOY / "Dockerfile.dockerignore").read_text()


def test_every_setting_reaches_the_processes(services: dict[str, Any]) -> None:
    """What the code knows, the file hands on or says itself; what it hands on, the code knows."""
    settings = {str(field.alias) for field in Settings.model_fields.values()}
    of_image = {"HUB_DATA_DIR"}
    of_web = {"HUB_PORT", "HUB_ALLOWED_HOSTS", "HUB_ALLOWED_ORIGINS", "HUB_TRANSPORT", "HUB_WEBHOOK_SECRET"}
    # A worker has its role by its command.
    expected = {"web-1": settings - of_image, "worker": settings - of_image - of_web - {"HUB_ROLE"}}
    said_here = {name for name in settings if name.startswith(("HUB_DA", "HUB_HO", "HUB_PORT", "HUB_ROLE", "HUB_DR"))}
    limits = {"HUB_MAX_CONCURRENCY", "HUB_WORKER_CONCURRENCY", "HUB_ALLOWED_HOSTS"}
    for name, wanted in expected.items():
        environment = services[name]["environment"]
        assert set(environment) == wanted | traced(), name
        handed_on = {key for key, value in environment.items() if value is None}
        assert handed_on == (wanted - said_here - limits) | traced(), name
    assert services["web-1"]["environment"] == services["web-2"]["environment"]


def traced() -> set[str]:
    """Return the variables of OpenTelemetry that the hub and what it sends traces with read."""
    sources = (settings_module, otlp_exporter, otlp_common, sdk_resources, sdk_export, sdk_sampling, sdk_trace)
    found = {name for each in sources for name in re.findall(r"OTEL_[A-Z_]*[A-Z]", inspect.getsource(each))}
    # Of spans that are the hub's own, of other signals, and of the library's own work.
    return {name for name in found if not re.search(r"_PYTHON_|_EXPERIMENTAL_|_LIMIT$", name)}


def test_nobody_is_root_and_nothing_can_be_written(services: dict[str, Any]) -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    assert image.rpartition("USER ")[2].split()[0] == "10001"
    assert "FROM nginxinc/nginx-unprivileged:" in image
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "healthcheck" in service or name == "migrate"
    assert services["postgres"]["user"] == "postgres"
    assert {each for each in services if services[each]["image"].startswith("execution-hub:")} == set(OWN)


def test_a_worker_has_time_to_end_and_stays_away_once_drained(services: dict[str, Any]) -> None:
    drain = float(services["worker"]["environment"]["HUB_DRAIN_SECONDS"])
    assert seconds(services["worker"]["stop_grace_period"]) >= drain + END_SECONDS
    assert services["worker"]["restart"] == "on-failure"
    unit = (DEPLOY / "execution-hub-worker@.service").read_text()
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[0]) >= drain + END_SECONDS
    assert drain == Settings.model_fields["drain_seconds"].default
    assert "\nRestart=on-failure\n" in unit


def test_workers_come_back_with_the_machine(services: dict[str, Any]) -> None:
    """A container engine that is started anew brings back none that restarts on failure; the unit does."""
    said = ConfigParser(strict=False, interpolation=None)
    said.read(UNIT)
    unit, service = said["Unit"], said["Service"]
    assert unit["Requires"] == "docker.service" and "docker.service" in unit["After"].split()
    assert (service["Type"], service["RemainAfterExit"], service["Restart"]) == ("oneshot", "yes", "on-failure")
    assert service["ExecStart"].endswith(" docker compose -f deploy/compose.yaml up --detach")
    assert said["Install"]["WantedBy"] == "multi-user.target"
    graces = [seconds(services[name]["stop_grace_period"]) for name in ("web-1", "worker", "postgres")]
    assert int(service["TimeoutStopSec"]) > sum(graces)
    assert "execution-hub-compose.service" in (ROOT / "docs" / "scale.md").read_text()


def test_the_server_has_connections_for_all_of_them_twice(services: dict[str, Any]) -> None:
    (allowed,) = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    web, worker = (most_connections(role) for role in (Role.WEB, Role.WORKER))
    assert (web, worker) == (12, 16)
    assert int(allowed) >= 2 * (2 * web + int(services["worker"]["deploy"]["replicas"]) * worker)


def most_connections(role: Role) -> int:
    # The engine listens on one more where it executes.
    pools = pools_of(role)
    return pools.app + pools.engine + JOINED_CONNECTIONS + role.executes


def test_no_address_that_is_fixed_is_given_to_another() -> None:
    """What nobody fixed comes out of `ip_range`: a worker that starts first would take that of web-1."""
    file = yaml.safe_load(COMPOSE.read_text())
    (pool,) = file["networks"]["hub"]["ipam"]["config"]
    given_out, networks = ip_network(pool["ip_range"]), [each["networks"] for each in file["services"].values()]
    fixed = [ip_address(each["hub"]["ipv4_address"]) for each in networks if isinstance(each, dict)]
    assert len(set(fixed)) == 2
    for address in fixed:
        assert address in ip_network(pool["subnet"])
        assert address not in given_out


def test_all_units_are_hardened_alike() -> None:
    units = [each.read_text() for each in DEPLOY.glob("*.service") if each != UNIT]
    kept = [each.partition("# It writes to")[2].partition("[Install]")[0] for each in units]
    assert len(kept) == 3
    assert len(set(kept)) == 1
    assert "ProtectSystem=strict" in kept[0]


def test_the_cluster_differs_from_one_hub_in_its_upstreams_only() -> None:
    single, cluster = (path.read_text().partition("server {\n")[2] for path in (CONFIGURATION, CLUSTER))
    assert cluster.replace("http://execution_hub_events;", "http://execution_hub;") == single
    head = CLUSTER.read_text().partition("server {\n")[0]
    assert "hash $arg_token consistent;" in head
    assert "least_conn;" in head


# The services


class Service(HubProcess):
    """A service of the file, as a process: by its own command and environment, at ports of this machine."""

    def __init__(self, name: str, service: dict[str, Any], folder: Path, url: str) -> None:
        """Prepare it.

        Args:
            name: Its name.
            service: What the file says of it.
            folder: Where its log goes.
            url: Of the database.
        """
        database, image = "postgresql://hub:not-secret@postgres:5432/hub", (DEPLOY / "Dockerfile").read_text()
        said = {key: str(value) for key, value in service["environment"].items() if value is not None}
        assert said["HUB_DATABASE_URL"] == database
        built_in = dict(re.findall(r"(\w+)=(\S+)", image.rpartition("ENV ")[2].partition("USER")[0]))
        for key in ("PATH", "HOME", "HUB_DATA_DIR"):
            built_in.pop(key)
        self._own_port = {"web-1": "8000", "web-2": "8000"}.get(name, "8081")
        super().__init__(folder / name, **{**built_in, **said, "HUB_DATABASE_URL": url})
        self._command = self.words(service["command"])
        self._check = self.words(service.get("healthcheck", {"test": ["CMD"]})["test"][1:])

    @property
    def environment(self) -> dict[str, str]:
        """The environment it runs in."""
        found = super().environment
        return {**found, "HUB_PORT": str(self.port)} if "HUB_PORT" in found else found

    def words(self, command: list[str]) -> tuple[str, ...]:
        """Return a command of the file with the programs and the port of this machine."""
        python = (sys.executable,)
        programs = {"python": python, "execution-hub": (*python, "-m", "execution_hub.cli")}
        first, *rest = command or ["true"]
        ports = [str(self.port) if each == self._own_port else each for each in rest]
        return (*programs.get(first, (first,)), *ports)

    def check(self) -> int:
        """Run its health check and return the exit code."""
        return subprocess.run(self._check, cwd=ROOT, capture_output=True, timeout=30).returncode

    def scraped(self, name: str) -> int:
        """Return the status of its figures, asked by a name at an address other than the one that it asks itself at."""
        connection = http.client.HTTPConnection("127.0.0.2", self.port, timeout=30)
        try:
            connection.request("GET", "/metrics", headers={"Host": f"{name}:{self._own_port}"})
            answer = connection.getresponse()
            assert answer.status != 200 or b"hub_workers{" in answer.read()
            return answer.status
        finally:
            connection.close()

    def start(self) -> "Service":
        """Start it and wait until its health check is fine."""
        process = self._process = self._begin()

        def is_fine() -> bool:
            assert process.poll() is None, self.log.read_text()[-4000:]
            return self.check() == 0

        poll(is_fine, 120)
        return self


class Behind:
    """The API through nginx, as the public name is asked."""

    def __init__(self, nginx: Nginx) -> None:
        self._nginx = nginx

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call it and return the status and the JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {
            "Host": f"{PUBLIC_NAME}:{self._nginx.port}",
            "Authorization": f"Basic {word}",
            "Content-Type": "application/json",
        }
        url = f"http://127.0.0.1:{self._nginx.port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")


def test_the_services_work_together_as_the_file_starts_them(
    services: dict[str, Any], tmp_path: Path, make_postgres: Callable[[], str], make_nginx: Callable[..., Nginx]
) -> None:
    """Migrated, two web processes behind nginx, a worker; one web process dies, the worker is drained."""
    url = make_postgres().replace("+psycopg", "")
    made = {name: Service(name, services[name], tmp_path, url) for name in OWN}
    migrated = made.pop("migrate")
    done = subprocess.run(
        migrated._command, cwd=ROOT, env=migrated.environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "was empty" in done.stdout
    try:
        web, other, worker = (each.start() for each in made.values())
        (tmp_path / "pages").mkdir()
        nginx = make_nginx(web.port, tmp_path / "pages", second_port=other.port)
        api = Behind(nginx.start())
        assert "test is successful" in nginx.check()

        def members() -> list[Any]:
            return list(api.call("GET", "/api/workers")[1]["items"])

        poll(lambda: sorted(each["role"] for each in members()) == ["web", "web", "worker"])
        for name, each in made.items():
            assert each.scraped(name) == 200, "as docs/scale.md has Prometheus ask"
        assert web.scraped("elsewhere") == 421
        assert ends(api) == "succeeded"
        web.kill()
        assert web.check() == 1
        assert [api.call("GET", "/api/health")[0] for _ in range(4)] == [200] * 4
        assert ends(api) == "succeeded"
        (drained,) = (each for each in members() if each["role"] == "worker")
        assert api.call("POST", f"/api/workers/{drained['id']}/drain")[0] == 200
        assert worker._process is not None
        assert worker._process.wait(60) == 0, "restart: on-failure leaves it alone"
        assert other.stop() == 0
    finally:
        for each in made.values():
            each.kill()


def ends(api: Behind) -> str:
    """Start a test through nginx and return how it ended."""
    agents = api.call("GET", "/api/agents")[1]["items"]
    agent_id = next(each["id"] for each in agents if each["model"] == "simulated")
    status, started = api.call("POST", f"/api/agents/{agent_id}/test", {"input": "[fast] Hello"})
    assert status == 202, started

    def ended() -> str | None:
        found = api.call("GET", f"/api/executions/{started['id']}")[1]
        return found["status"] if found["finished_at"] else None

    return str(poll(ended, 60))


@pytest.fixture
def two() -> Iterator[list[HTTPServer]]:
    """Yield two servers that say who they are."""
    made = [HTTPServer(("127.0.0.1", 0), NamedPort) for _ in range(2)]
    for each in made:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield made
    for each in made:
        each.shutdown()
        each.server_close()


def test_a_tab_stays_with_its_process_until_that_is_away(
    two: list[HTTPServer], tmp_path: Path, make_nginx: Callable[..., Nginx]
) -> None:
    first, second = two
    nginx = make_nginx(first.server_port, tmp_path, second_port=second.server_port).start()
    ports = {first.server_port, second.server_port}
    by_tab = {token: asked(nginx, token) for token in map(str, range(20))}
    assert set(by_tab.values()) == ports
    for _ in range(3):
        assert {token: asked(nginx, token) for token in by_tab} == by_tab
    first.shutdown()
    first.server_close()
    assert {asked(nginx, token) for token in by_tab} == {second.server_port}


def asked(nginx: Nginx, token: str) -> int:
    """Return which process answers a tab."""
    word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    url = f"http://127.0.0.1:{nginx.port}/_event/?EIO=4&transport=polling&token={token}"
    request = urllib.request.Request(url, headers={"Host": PUBLIC_NAME, "Authorization": f"Basic {word}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return int(answer.read())


def test_health_is_asked_where_a_process_listens(two: list[HTTPServer]) -> None:
    port = two[0].server_port
    found = [
        subprocess.run((sys.executable, "-m", "deploy.healthy", place), cwd=ROOT, capture_output=True).returncode
        for place in (f"{port}", f"127.0.0.1:{port}", f"127.0.0.2:{port}")
    ]
    assert found == [0, 0, 1], "they listen at 127.0.0.1 alone"


def test_an_upgrade_waits_for_each_process_before_the_next(tmp_path: Path) -> None:
    """The guide's commands, with programs that write down how they are called."""
    guide = (ROOT / "docs" / "scale.md").read_text().partition("## Upgrading without an interruption")[2]
    containers, machines = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)[:2]
    called = run_with_stubs(containers, tmp_path)
    up = "docker compose up --detach --no-deps"
    assert called == [
        "docker compose build",
        "docker compose run --rm migrate",
        f"{up} --wait web-1",
        "sleep 3",
        f"{up} --wait web-2",
        "sleep 3",
        f"{up} --no-recreate --wait --scale worker=6 worker",
        f"{up} --wait worker",
        f"{up} --wait nginx",
    ]
    expected = []
    for unit, port, names in (("web", "80", " hub.example.com"), ("worker", "81", "")):
        for each in ("01", "02", "03")[: 2 if unit == "web" else 3]:
            ask = f"python -m deploy.healthy {port}{each}{names}"
            expected += [f"systemctl restart execution-hub-{unit}@{each}", ask, "sleep 1", ask]
            expected += ["sleep 3"] if unit == "web" else []
    assert run_with_stubs(machines, tmp_path) == expected


def run_with_stubs(commands: str, folder: Path) -> list[str]:
    """Run commands and return what they called; a process is healthy when it is asked for the second time."""
    called = folder / "called"
    called.write_text("")
    for name in ("docker", "systemctl", "sleep", "python"):
        is_well = f'test "$(grep -c "healthy $3" {called})" = 2' if name == "python" else "true"
        (folder / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {called}\n{is_well}\n')
        (folder / name).chmod(0o755)
    told = commands.replace("cd /opt/execution-hub/current", f"cd {folder}").replace(".venv/bin/python", "python")
    path = f"{folder}:{os.environ['PATH']}"
    subprocess.run(("sh", "-c", told), env={"PATH": path}, check=True, capture_output=True, timeout=60)
    return called.read_text().splitlines()


def test_no_port_is_said_twice(services: dict[str, Any]) -> None:
    """nginx, the health checks and the processes name the same ones."""
    for name in ("web-1", "web-2"):
        assert f"server {name}:{services[name]['command'][-1]} " in CLUSTER.read_text()
        assert services[name]["healthcheck"]["test"][-2] == services[name]["command"][-1]
        assert services[name]["environment"]["HUB_PORT"] == services[name]["command"][-1]
    assert services["worker"]["healthcheck"]["test"][-1] == services["worker"]["command"][-1]
