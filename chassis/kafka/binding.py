"""An event as a Kafka message and back: CloudEvents 1.0, binary mode.

The value is the event as it is stored, `ce_envelope` its envelope as it is stored, so that nothing
is serialised anew on the way and the round trip is the identity. The other attributes repeat parts
of the envelope for readers that know CloudEvents and not us.
"""

from collections.abc import Iterable

from contracts.envelope import Envelope, Recorded
from contracts.instant import format_instant

__all__ = ["Header", "NotOurs", "read_message", "traceparent", "write_headers"]

Header = tuple[str, bytes]


class NotOurs(ValueError):
    """A message that no relay of ours wrote: an attribute is missing or cannot be read."""


def traceparent(envelope: Envelope) -> str:
    """Write the W3C header: the trace is the conversation, the parent span is the event."""
    return f"00-{envelope.correlation_id.hex}-{envelope.event_id.hex[:16]}-01"


def write_headers(recorded: Recorded, envelope: Envelope) -> list[Header]:
    """Give the headers of an event's message; its key is the envelope's, its value the event."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(envelope.event_id),
        "ce_source": f"urn:whistle:log:{envelope.log_id}",
        "ce_type": envelope.type,
        "ce_subject": envelope.stream,
        "ce_time": format_instant(envelope.recorded_at),
        "ce_position": str(recorded.position),
        "content-type": "application/json",
        "traceparent": traceparent(envelope),
    }
    headers = [(name, value.encode()) for name, value in attributes.items()]
    return [*headers, ("ce_envelope", recorded.meta)]


def read_message(headers: Iterable[Header], value: bytes | None) -> Recorded:
    """Give the event of a message. Raises: NotOurs."""
    found = dict(headers)
    try:
        position = int(found["ce_position"])
        meta = found["ce_envelope"]
    except (KeyError, TypeError, ValueError) as error:  # a header may be null
        raise NotOurs(f"{error.args[0]} is missing or no number") from None
    if position < 1 or value is None:
        raise NotOurs("a position below 1, or a message without a value")
    return Recorded(position, meta, value)
