"""The base of all events, and the register that pairs each class with its wire name.

A wire name is `<service>.<event>.v<N>` and is frozen once published: it never follows a class's
name or place. Writers are strict (an unknown field is an error), readers tolerant (it is ignored).
"""

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.canonical import canonical_bytes

__all__ = ["EVENTS", "Event", "UnknownEventError", "ordering_key", "parse_event"]

_WIRE_NAME = re.compile(r"(intake|dispatch|enforcement|feedback)\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")

EVENTS: dict[str, type["Event"]] = {}
"""Every published event version by its wire name."""


class UnknownEventError(LookupError):
    """A wire name this release does not know. Readers that need not know it pass it by."""


class Event(BaseModel):
    """A fact. Immutable, without floats, without personal data (see `Sealed`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wire: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401  # pydantic's hook
        """Register the class under the wire name it declares."""
        super().__pydantic_init_subclass__(**kwargs)
        if not _WIRE_NAME.fullmatch(cls.wire):
            message = f"{cls.__name__}: {cls.wire!r} is not <service>.<event>.v<N>"
            raise ValueError(message)
        if EVENTS.setdefault(cls.wire, cls) is not cls:
            message = f"{cls.wire} is already taken by {EVENTS[cls.wire].__name__}"
            raise ValueError(message)

    def to_bytes(self) -> bytes:
        """Give the canonical bytes that are stored, hashed and published."""
        return canonical_bytes(self.model_dump(mode="json"))


def parse_event(wire: str, data: bytes) -> Event:
    """Read an event of a known wire name, ignoring fields a later release may have added.

    Raises: UnknownEventError when the wire name is not registered.
    """
    try:
        model = EVENTS[wire]
    except KeyError:
        raise UnknownEventError(wire) from None
    return model.model_validate_json(data, extra="ignore")


def ordering_key(event: Event, stream: str) -> str:
    """Give the key of a stream that begins with `event`: its case, if known, else its own id."""
    known = getattr(event, "case_no", None)
    return known if isinstance(known, str) else stream.partition("-")[2]
