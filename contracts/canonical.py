"""Canonical bytes: RFC 8785 (JCS) for the values that events may hold.

Events hold no floats, no integers beyond 2^53 - 1 and only ASCII keys. Within those bounds, sorted
keys and the string escapes of the standard library are exactly JCS (tested against `rfc8785`).
One function without options writes the bytes that are stored, published, hashed and proven.
"""

import json
from collections.abc import Mapping
from types import NoneType
from typing import TypeAlias

__all__ = ["Json", "NotCanonicalError", "canonical_bytes"]

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_INTEGER_MAX = 2**53 - 1
_PLAIN = (str, bool, NoneType)
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


class NotCanonicalError(ValueError):
    """A value that has no single canonical spelling: a float, a huge integer, a non-ASCII key."""


def canonical_bytes(value: Mapping[str, Json]) -> bytes:
    """Serialise a JSON object to its one canonical UTF-8 form.

    Raises: NotCanonicalError for floats, integers beyond ±(2^53 - 1), keys that are not ASCII
    and text with lone surrogates.
    """
    _check(value)
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        message = "text holds a lone surrogate, which UTF-8 cannot carry"
        raise NotCanonicalError(message) from error


def _check(value: object) -> None:
    rest = [value]
    for one in rest:  # the list grows during the walk
        if isinstance(one, dict):
            if not all(isinstance(key, str) and key.isascii() for key in one):
                raise NotCanonicalError("a key that is not ASCII text")
            rest += one.values()
        elif isinstance(one, list | tuple):
            rest += one
        elif not isinstance(one, _PLAIN):
            _check_integer(one)


def _check_integer(value: object) -> None:
    if not isinstance(value, int):
        kind = type(value).__name__
        raise NotCanonicalError(f"{kind} has no canonical form; events hold no floats")
    if abs(value) > _INTEGER_MAX:
        raise NotCanonicalError("an integer beyond 2^53 - 1; write it as text")
