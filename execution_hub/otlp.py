"""Sends spans to a collector by OTLP over HTTP, as the standard variables OTEL_… say. Loaded only where one is set.

The library reads those variables itself, and its provider stays this module's own: what other libraries would tell
(MCP, the engine) goes nowhere.
"""

import logging
import threading
from collections.abc import Sequence
from contextvars import ContextVar

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from execution_hub.errors import SettingsError
from execution_hub.traces import Place, Span
from execution_hub.version import VERSION

logger = structlog.get_logger(__name__)

SERVICE = "execution-hub"
# What was told and not sent is lost then: nobody waits longer for the end of a hub.
CLOSE_SECONDS = 2.0


class Otlp:
    """Takes spans and sends them, from a thread of its own."""

    def __init__(self, instance: str) -> None:
        """Send nothing yet.

        Args:
            instance: Which process this is.

        Raises:
            SettingsError: A variable does not fit.
        """
        # The library says each failure with a traceback, again and again; `_Exporter` says it once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
        own = Resource({"service.name": SERVICE, "service.version": VERSION, "service.instance.id": instance})
        try:
            exporter = OTLPSpanExporter()
            # What the variables say of the service wins.
            self._provider = TracerProvider(
                resource=Resource.create().merge(own).merge(OTELResourceDetector().detect()),
                id_generator=_Ids(),
                shutdown_on_exit=False,
            )
            self._provider.add_span_processor(BatchSpanProcessor(_Exporter(exporter)))
        except (ValueError, TypeError, OSError) as error:
            raise SettingsError(
                f"The OTEL_… variables do not fit ({type(error).__name__}: {error}). "
                "Example: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
                field="OTEL_EXPORTER_OTLP_ENDPOINT",
            ) from None
        self._tracer = self._provider.get_tracer(SERVICE, VERSION)

    def take(self, span: Span) -> None:
        """Send a span soon; never blocks. When too many wait, it is lost."""
        token = _given.set(span.place)
        try:
            made = self._tracer.start_span(
                span.name,
                self._below(span.parent),
                SpanKind.CLIENT if span.is_call else SpanKind.INTERNAL,
                span.attributes,
                start_time=span.began_ns,
            )
        finally:
            _given.reset(token)
        for moment, code in span.retries:
            made.add_event("retry", {"error.type": code}, moment)
        if span.error:
            made.set_attribute("error.type", span.error)
            made.set_status(Status(StatusCode.ERROR, span.error))
        made.end(span.ended_ns)

    def close(self) -> None:
        """Send what is left, for a short while."""
        # The library may wait for its collector for half a minute.
        thread = threading.Thread(target=self._provider.shutdown, name="hub-traces-close", daemon=True)
        thread.start()
        thread.join(CLOSE_SECONDS)

    def _below(self, parent: Place | None) -> Context:
        """Return the context of a span's parent, which another process may have begun, or has yet to tell."""
        if parent is None:
            return Context()
        # Decided for the trace, by its id: in every process alike.
        decision = self._provider.sampler.should_sample(Context(), parent.trace_id, SERVICE).decision
        is_sampled = decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT)
        there = SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)
        return set_span_in_context(NonRecordingSpan(there), Context())


_given: ContextVar[Place] = ContextVar("given")


class _Ids(IdGenerator):
    """Gives a span the ids of its place."""

    def generate_span_id(self) -> int:
        return _given.get().span_id

    def generate_trace_id(self) -> int:
        return _given.get().trace_id


class _Exporter(SpanExporter):
    """Says once that spans cannot be sent, and once that they can be again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._exporter.export(spans)
        except Exception:
            # Whatever is wrong with a collector, or with what it says, is no matter of the hub's.
            result = SpanExportResult.FAILURE
        is_away = result is not SpanExportResult.SUCCESS
        if is_away and not self._is_away:
            logger.warning("traces.not_sent", spans=len(spans), hint="Check OTEL_EXPORTER_OTLP_ENDPOINT.")
        elif self._is_away and not is_away:
            logger.info("traces.sent_again")
        self._is_away = is_away
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)
