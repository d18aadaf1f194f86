"""The base of all events, the register of wire names, and upcasting from older versions.

A wire name is `<service>.<event>.v<N>` and is frozen once published: it never follows a class's
name or place. Writers are strict (an unknown field is an error), readers tolerant (it is ignored).

A new version is a class of its own beside the old one, and a pure function makes it from the old
one (`upcast`). Deciders, views and reactions know the newest class alone; logs keep the old bytes.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from contracts.canonical import canonical_bytes

__all__ = [
    "EVENTS",
    "Event",
    "UnknownEventError",
    "event_name",
    "ordering_key",
    "parse_event",
    "upcast",
    "wires_of",
]

_WIRE_NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")

EVENTS: dict[str, type["Event"]] = {}
"""Every published event version by its wire name."""


class UnknownEventError(LookupError):
    """A wire name that this release does not know."""


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


Old = TypeVar("Old", bound=Event)
New = TypeVar("New", bound=Event)

_upcasts: dict[type[Event], tuple[type[Event], Callable[[Any], Event]]] = {}
"""By the older class: the newer class, and the function that makes it from the older."""


def upcast(
    old: type[Old], new: type[New]
) -> Callable[[Callable[[Old], New]], Callable[[Old], New]]:
    """Register the decorated pure function, which makes a newer version of an event from an older.

    Raises: ValueError when `new` is no later version of the event, or `old` has one already.
    """
    if event_name(old.wire) != event_name(new.wire) or _version(old.wire) >= _version(new.wire):
        message = f"{new.wire} is not a later version of {old.wire}"
        raise ValueError(message)
    if old in _upcasts:
        message = f"{old.wire} already becomes {_upcasts[old][0].wire}"
        raise ValueError(message)

    def register(function: Callable[[Old], New]) -> Callable[[Old], New]:
        _upcasts[old] = (new, function)
        return function

    return register


def parse_event(wire: str, data: bytes) -> Event:
    """Read an event in its newest version, ignoring fields that a later release may have added.

    Raises: UnknownEventError when the wire name is not registered.
    """
    try:
        model = EVENTS[wire]
    except KeyError:
        raise UnknownEventError(wire) from None
    event = model.model_validate_json(data, extra="ignore")
    while (step := _upcasts.get(type(event))) is not None:
        event = step[1](event)
    return event


def wires_of(event: type[Event]) -> frozenset[str]:
    """Give the wire names of every version that `parse_event` reads as this class."""
    older = {old for old, (new, _) in _upcasts.items() if new is event}
    return frozenset({event.wire}).union(*(wires_of(old) for old in older))


def event_name(wire: str) -> str:
    """Give a wire name without its version: `dispatch.case_signed`."""
    return wire.rpartition(".v")[0]


def _version(wire: str) -> int:
    return int(wire.rpartition(".v")[2])


def ordering_key(event: Event, stream: str) -> str:
    """Give the key of a stream that begins with `event`: its case, if known, else its own id."""
    known = getattr(event, "case_no", None)
    return known if isinstance(known, str) else stream.partition("-")[2]
