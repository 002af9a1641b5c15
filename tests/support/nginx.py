"""A real nginx in front of a hub, with the configuration that `deploy/` hands out."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest

from tests.support.server import ROOT, free_port, poll

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
CLUSTER = ROOT / "deploy" / "nginx-cluster.conf"
TLS = ROOT / "deploy" / "nginx-tls.conf"
# Chromium takes every name under localhost for this machine, and a hub does not know it before it is told.
PUBLIC_NAME = "hub.localhost"
USER, PASSWORD = "ada", "open-sesame"
STOP_SECONDS = 60

# What the configuration needs around it. One process, no daemon: it ends when it is told.
AROUND = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/execution-hub.conf;
}}
"""


def nginx_path() -> str:
    """Return where nginx is; fails when it is nowhere."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found:
        return found
    pytest.fail(
        "nginx is missing: it is neither on PATH nor in /usr/sbin. "
        "Install it, on Debian and Ubuntu with: apt-get install nginx",
        pytrace=False,
    )


class OwnNginx:
    """An nginx with a configuration of a test's own.

    Attributes:
        port: Where it listens, on the loopback address.
        url: Its address.
    """

    def __init__(self, folder: Path, port: int) -> None:
        """Write what is around its configuration.

        Args:
            folder: Where all of its files go.
            port: Where it is to listen.
        """
        self._folder = folder
        self._command = (nginx_path(), "-p", str(folder), "-c", str(folder / "nginx.conf"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        folder.mkdir(parents=True)
        # nginx's workers would be another user's; here all is one process.
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))

    def write(self, text: str) -> None:
        """Write the server's configuration."""
        (self._folder / "execution-hub.conf").write_text(text)

    def check(self) -> str:
        """Return what nginx says about its configuration."""
        done = subprocess.run((*self._command, "-t"), capture_output=True, text=True)
        return done.stderr

    def start(self) -> Self:
        """Start it and wait until it listens."""
        with (self._folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        process = self._process

        def is_listening() -> bool:
            assert process.poll() is None, (self._folder / "out.log").read_text() + self.errors()
            return (self._folder / "nginx.pid").exists()

        poll(is_listening)
        return self

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)

    def errors(self) -> str:
        """Return its error log."""
        log = self._folder / "error.log"
        return log.read_text() if log.exists() else ""


class Nginx(OwnNginx):
    """An nginx with the configuration that `deploy/` hands out.

    Attributes:
        port: Where it listens, on the loopback address.
        url: Its address by the public name.
        certificate: Its own, with TLS.
        challenges: The folder of what proves to a certificate authority that the name is ours.
    """

    def __init__(
        self, folder: Path, hub_port: int, pages: Path, *, with_tls: bool = False, second_port: int = 0
    ) -> None:
        """Write its configuration.

        Args:
            folder: Where all of its files go.
            hub_port: The port of the hub.
            pages: The exported pages.
            with_tls: Whether it speaks TLS, with a certificate made now; plain requests are sent on to it.
            second_port: The port of a second web process: with `deploy/nginx-cluster.conf`.
        """
        super().__init__(folder, free_port())
        self.plain_port = free_port() if with_tls else self.port
        self.url = f"{'https' if with_tls else 'http'}://{PUBLIC_NAME}:{self.port}"
        self.challenges, self.certificate = folder / "challenges", folder / "certificate.pem"
        # What a person changes, and a test with it.
        self._places = {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "server_name hub.example.com;": f"server_name {PUBLIC_NAME};",
            "root /opt/execution-hub/current/pages;": f"root {pages};",
            "root /var/www/html;": f"root {self.challenges};",
            "/etc/nginx/execution-hub.htpasswd;": f"{folder}/htpasswd;",
        }
        configuration = CONFIGURATION
        # They stand in both upstreams.
        self._servers: dict[str, int] = {}
        if second_port:
            configuration, self._servers = CLUSTER, {"web-1:8000": hub_port, "web-2:8000": second_port}
        else:
            self._places["server 127.0.0.1:8000;"] = f"server 127.0.0.1:{hub_port};"
        if with_tls:
            self._places["# include /etc/nginx/execution-hub-tls.conf;"] = f"include {folder}/tls.conf;"
            self._write_tls()
        (folder / "htpasswd").write_text(f"{USER}:{_digest()}\n")
        self.write(configuration.read_text())

    def write(self, text: str) -> None:
        """Write the server's configuration, its places replaced by this test's."""
        for place, own in self._places.items():
            assert text.count(place) == 1, f"deploy/nginx.conf has no longer one {place!r}"
            text = text.replace(place, own)
        for server, port in self._servers.items():
            assert text.count(f"server {server} ") == 2, f"deploy/nginx-cluster.conf has no longer {server} twice"
            text = text.replace(f"server {server} ", f"server 127.0.0.1:{port} ")
        super().write(text)

    def _write_tls(self) -> None:
        key, certificate = self._folder / "key.pem", self.certificate
        subject = ("-subj", f"/CN={PUBLIC_NAME}", "-addext", f"subjectAltName=DNS:{PUBLIC_NAME}")
        made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject)
        subprocess.run((*made, "-keyout", key, "-out", certificate), check=True, capture_output=True)
        text = TLS.read_text()
        for place, own in {
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "/etc/letsencrypt/live/hub.example.com/fullchain.pem": str(certificate),
            "/etc/letsencrypt/live/hub.example.com/privkey.pem": str(key),
            "https://$host$request_uri": f"https://$host:{self.port}$request_uri",
        }.items():
            assert text.count(place) == 1, f"deploy/nginx-tls.conf has no longer one {place!r}"
            text = text.replace(place, own)
        (self._folder / "tls.conf").write_text(text)


def before(ports: Sequence[int], port: int) -> str:
    """Return `deploy/nginx-cluster.conf` for processes on this machine that serve the pages, too, without a password.

    Args:
        ports: Theirs.
        port: Where nginx listens.
    """
    text = CLUSTER.read_text()
    first, second = (f"    server web-{number}:8000 (.*);\n" for number in (1, 2))
    own = "".join(rf"    server 127.0.0.1:{each} \1;\n" for each in ports)
    # What nginx would find in its folder of pages, the processes are asked for.
    pages = r"    location (/|/assets/|~ \^/\(\(agents.*) \{\n(.*\n)*?    \}\n"
    for pattern, instead, times in (
        (first + second, own, 2),
        (r"listen 80;", f"listen 127.0.0.1:{port};", 1),
        (r"server_name .*;", "server_name _;", 1),
        (r"    auth_basic(_user_file)? [^o].*;\n", "", 2),
        # No connection but those of pages: tests tell by them which process a page has.
        (r"    keepalive(_timeout)? .*;\n", "", 4),
        (pages, "", 3),
        (r"    error_page 404 /404.html;\n", "    location / {\n        proxy_pass http://execution_hub;\n    }\n", 1),
    ):
        text, found = re.subn(pattern, instead, text)
        assert found == times, f"deploy/nginx-cluster.conf has {found} times what is there {times} times: {pattern}"
    return text


def _digest() -> str:
    """Return the password as docs/deploy.md has it made."""
    made = subprocess.run(("openssl", "passwd", "-apr1", PASSWORD), check=True, capture_output=True, text=True)
    return made.stdout.strip()


@pytest.fixture(scope="module")
def make_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Nginx]]:
    """Return what makes servers of a module's own, not started; all stop at its end."""
    made: list[Nginx] = []

    def make(hub_port: int, pages: Path, *, with_tls: bool = False, second_port: int = 0) -> Nginx:
        folder = tmp_path_factory.mktemp("nginx") / "own"
        made.append(Nginx(folder, hub_port, pages, with_tls=with_tls, second_port=second_port))
        return made[-1]

    yield make
    for each in made:
        each.stop()
