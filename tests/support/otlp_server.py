"""A collector of OpenTelemetry: real HTTP, real protobuf, and what came of it as a tree."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Seen:
    """A span as it arrived.

    Attributes:
        name: What it is called.
        trace: Its trace's id.
        id: Its own.
        parent: Its parent's; empty for none.
        attributes: What is told of it.
        error: The message of its status; empty unless it is one.
        events: What happened meanwhile.
        began, ended: When, in nanoseconds since 1970.
    """

    name: str
    trace: bytes
    id: bytes
    parent: bytes
    attributes: dict[str, Any]
    error: str
    events: list[tuple[str, dict[str, Any]]]
    began: int
    ended: int


class OtlpServer:
    """It.

    Attributes:
        url: What OTEL_EXPORTER_OTLP_ENDPOINT is to be.
        bodies: What was sent, as it was sent.
        spans: What was in it.
        resources: Who sent it.
        status: What it answers.
    """

    def __init__(self) -> None:
        """Listen from now on."""
        self.bodies: list[bytes] = []
        self.spans: list[Seen] = []
        self.resources: list[dict[str, Any]] = []
        self.status = 200
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                body = ExportTraceServiceResponse().SerializeToString()
                self.send_response(server.status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="otlp-server", daemon=True).start()

    def take(self, path: str, body: bytes) -> None:
        """Read what was sent."""
        assert path == "/v1/traces"
        self.bodies.append(body)
        for each in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(_values(each.resource.attributes))
            self.spans += [_seen(span) for scope in each.scope_spans for span in scope.spans]

    def tree(self) -> Any:
        """Return the spans as names with those below them, in the order in which they began.

        What names no parent, or one that has not come, is at the top.
        """
        known = {span.id for span in self.spans}
        assert len(known) == len(self.spans), "each has an id of its own"

        def below(parent: bytes) -> dict[str, Any]:
            found = [span for span in self.spans if (span.parent if span.parent in known else b"") == parent]
            return {span.name: below(span.id) for span in sorted(found, key=lambda span: span.began)}

        return below(b"")

    def named(self, name: str) -> Seen:
        """Return the one span of a name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


def _seen(span: Any) -> Seen:
    return Seen(
        span.name,
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        _values(span.attributes),
        span.status.message if span.status.code == 2 else "",
        [(each.name, _values(each.attributes)) for each in span.events],
        span.start_time_unix_nano,
        span.end_time_unix_nano,
    )


def _values(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    found = getattr(value, kind)
    return [_value(each) for each in found.values] if kind == "array_value" else found


@pytest.fixture
def otlp_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OtlpServer]:
    """Yield a collector that hubs of this process are told of."""
    server = OtlpServer()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    yield server
    server.close()
