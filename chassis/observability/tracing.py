"""Traces whose ids follow from the log, so that they cross every transport without a stored field.

A trace is a conversation: its id is the correlation id of the envelopes. The span of an event is
named by its event id, that of the command or reaction which appended it by that command's id.
Spans are made when all is over and committed: what was rolled back leaves none, and what is done
again has the same ids. Only what appended something has derived ids; the rest gets random ones.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from chassis.inbox.inbound_event import InboundEvent, reaction_id
from chassis.unit_of_work.outcomes import Done, ExecutedBatch, Failed, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.work import Origin, Pending
from contracts.envelope import Envelope

__all__ = ["Span", "Tracing", "span_id_of", "tracing_from_environment"]

_LINKS_MAX = 1_000
"""Links of one span: a batch of the writer or a page of a feed."""
_RANDOM = RandomIdGenerator()
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_SCOPE = InstrumentationScope("whistle", "")
_UNSET = Status()
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

Attributes = Mapping[str, AttributeValue]


def span_id_of(identity: UUID) -> int:
    """Give the span id of an event or a command: the first 8 bytes of its id."""
    return identity.int >> 64


@dataclass(frozen=True, slots=True)
class Span:
    """A span that is over."""

    name: str
    began_ns: int
    ended_ns: int
    trace_id: int = 0
    """0: a trace of its own."""
    span_id: int = 0
    """0: drawn at random."""
    parent_id: int = 0
    kind: SpanKind = SpanKind.INTERNAL
    attributes: Attributes | None = None
    links: Sequence[Link] = ()
    error: str = ""
    """A name, never a message: that may be personal."""


class Tracing:
    """Emits the spans of one service."""

    def __init__(self, service: str, processor: SpanProcessor) -> None:
        named = {"service.namespace": "whistle", "service.name": f"whistle-{service}"}
        provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        self._service = service
        self._resource = provider.resource
        self._sampler = provider.sampler
        self._processor = processor

    def emit(self, span: Span) -> None:
        """Hand a span to the exporter's queue, if its trace is sampled.

        Made directly and not by a tracer: that would cost five times as much, for a context that
        nobody needs. Whether a trace is sampled follows from its id, so everybody decides alike:
        from the first half, as the other has the fixed bits of a UUID where a ratio looks first.
        """
        trace_id = span.trace_id or _RANDOM.generate_trace_id()
        sampled = self._sampler.should_sample(None, trace_id >> 64, span.name).decision
        if sampled is not Decision.RECORD_AND_SAMPLE:
            return
        span_id = span.span_id or _RANDOM.generate_span_id()
        made = ReadableSpan(
            span.name,
            SpanContext(trace_id, span_id, is_remote=False, trace_flags=_SAMPLED),
            parent=_remote(trace_id, span.parent_id) if span.parent_id else None,
            resource=self._resource,
            attributes=span.attributes,
            links=span.links[:_LINKS_MAX],
            kind=span.kind,
            status=Status(StatusCode.ERROR, span.error) if span.error else _UNSET,
            start_time=span.began_ns,
            end_time=max(span.ended_ns, span.began_ns),
            instrumentation_scope=_SCOPE,
        )
        self._processor.on_end(made)

    def command(
        self,
        request: CommandRequest,
        outcome: Outcome,
        where: tuple[str, str],
        times_ns: tuple[int, int],
        caller: str,
    ) -> None:
        """Tell of an HTTP command: the first span of its trace, linked to its caller's.

        `where` are method and route template, `caller` is the `traceparent` that came with it.
        """
        method, route = where
        found = _TRACEPARENT.fullmatch(caller)
        links = [_link(int(found[1], 16), int(found[2], 16))] if found else []
        appended = isinstance(outcome, Done) and outcome.appended
        self.emit(
            Span(
                f"{method} {route}",
                *times_ns,
                request.origin.correlation_id.int,
                _request_span_id(request.origin) if appended else 0,
                kind=SpanKind.SERVER,
                attributes={
                    "http.request.method": method,
                    "http.route": route,
                    **_outcome_attributes(outcome),
                },
                links=links,
                error=type(outcome.error).__name__ if isinstance(outcome, Failed) else "",
            )
        )

    def batch(self, done: ExecutedBatch) -> None:
        """Tell of a batch: in a trace of its own, linked to what was done in it."""
        links: list[Link] = []
        for request, outcome, times_ns in zip(
            done.requests, done.outcomes, done.times_ns, strict=True
        ):
            if isinstance(outcome, Done) and outcome.replayed:
                continue
            span = self._of_request(request, outcome, times_ns)
            self.emit(span)
            if span.span_id:
                links.append(_link(span.trace_id, span.span_id))
        began_ns, *appended_ns = done.stages_ns
        for position, pending in enumerate(done.pending, start=done.first_position):
            self.emit(_of_event(pending, position, *appended_ns))
        size = {
            "whistle.batch.items": len(done.requests),
            "whistle.batch.events": len(done.pending),
        }
        self.emit(Span("unit of work", began_ns, appended_ns[-1], attributes=size, links=links))

    def _of_request(
        self, request: CommandRequest | InboundEvent, outcome: Outcome, times_ns: tuple[int, int]
    ) -> Span:
        appended = isinstance(outcome, Done) and outcome.appended
        if isinstance(request, CommandRequest):
            origin = request.origin
            asked_id = _request_span_id(origin) if request.digest is not None else 0
            return Span(
                "decide",
                *times_ns,
                origin.correlation_id.int,
                span_id_of(origin.command_id) if appended else 0,
                asked_id if appended else 0,
                SpanKind.INTERNAL,
                _outcome_attributes(outcome),
            )
        envelope = request.envelope
        reaction = reaction_id(envelope, self._service)
        return Span(
            f"react {envelope.type}",
            *times_ns,
            envelope.correlation_id.int,
            span_id_of(reaction) if appended else 0,
            span_id_of(envelope.event_id),
            SpanKind.CONSUMER,
            _outcome_attributes(outcome),
        )

    def moved(self, verb: str, envelopes: Sequence[Envelope], times_ns: tuple[int, int]) -> None:
        """Tell of a page that a transport carried (`publish`, `receive`), linked to its events."""
        kind = SpanKind.PRODUCER if verb == "publish" else SpanKind.CONSUMER
        links = [_link(one.correlation_id.int, span_id_of(one.event_id)) for one in envelopes]
        size = {"whistle.page.events": len(envelopes)}
        self.emit(Span(verb, *times_ns, kind=kind, attributes=size, links=links))


def _of_event(pending: Pending, position: int, began_ns: int, ended_ns: int) -> Span:
    attributes: dict[str, AttributeValue] = {
        "whistle.event.type": pending.event.wire,
        "whistle.event.position": position,
        "whistle.event.version": pending.version,
    }
    origin = pending.origin
    return Span(
        f"append {pending.event.wire}",
        began_ns,
        ended_ns,
        origin.correlation_id.int,
        span_id_of(pending.event_id),
        span_id_of(origin.command_id),
        attributes=attributes,
    )


def _request_span_id(origin: Origin) -> int:
    """Name the request of a command by the other half of the command's id."""
    return origin.command_id.int & (2**64 - 1)


def _link(trace_id: int, span_id: int) -> Link:
    return Link(_remote(trace_id, span_id))


def _remote(trace_id: int, span_id: int) -> SpanContext:
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=_SAMPLED)


def _outcome_attributes(outcome: Outcome) -> dict[str, AttributeValue]:
    match outcome:
        case Done(replayed=replayed):
            return {"whistle.outcome": "replayed" if replayed else "done"}
        case Refused(refusal):
            return {
                "whistle.outcome": "refused",
                "whistle.refusal": refusal.code,
                "http.response.status_code": refusal.status,
            }
        case Failed(error):
            return {"whistle.outcome": "failed", "error.type": type(error).__name__}


@contextmanager
def tracing_from_environment(services: Sequence[str]) -> Iterator[dict[str, Tracing]]:
    """Export as the standard `OTEL_…` variables say, and send what is left at the end."""
    is_console = os.environ.get("OTEL_TRACES_EXPORTER") == "console"
    # Standard output belongs to what a command answers.
    exporter = ConsoleSpanExporter(out=sys.stderr) if is_console else OTLPSpanExporter()
    processor = BatchSpanProcessor(exporter)
    try:
        yield {service: Tracing(service, processor) for service in services}
    finally:
        processor.shutdown()  # type: ignore[no-untyped-call]  # of the SDK
