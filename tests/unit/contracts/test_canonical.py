"""Canonical bytes: those of RFC 8785 for all that events may hold, and a refusal for the rest."""

import json
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum
from random import Random

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.canonical import Json, NotCanonicalError, canonical_bytes
from contracts.instant import SHANGHAI, Instant, format_instant, parse_instant

MAX = 2**53 - 1

keys = st.text(st.characters(codec="ascii"), max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
scalars = st.none() | st.booleans() | st.integers(-MAX, MAX) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)
objects = st.dictionaries(keys, values, max_size=6)
zones = st.timezones() | st.builds(
    timezone, st.integers(-1439, 1439).map(lambda minutes: timedelta(minutes=minutes))
)
moments = st.datetimes(
    datetime(1, 1, 3),  # noqa: DTZ001  # Hypothesis adds the zone
    datetime(9999, 12, 29),  # noqa: DTZ001  # the same
    timezones=zones,
)


class Stamped(BaseModel):
    """Holds a moment."""

    at: Instant


@settings(max_examples=60)
@given(objects)
def test_it_is_rfc_8785(value: dict[str, Json]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@settings(max_examples=25)
@given(objects)
def test_it_reads_back_and_writes_the_same_again(value: dict[str, Json]) -> None:
    written = canonical_bytes(value)
    assert json.loads(written) == value
    assert canonical_bytes(json.loads(written)) == written


@settings(max_examples=25)
@given(objects, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, Json], random: Random) -> None:
    entries = list(value.items())
    random.shuffle(entries)
    assert canonical_bytes(dict(entries)) == canonical_bytes(value)


def test_what_it_looks_like() -> None:
    value: dict[str, Json] = {
        "b": [1, -0, True, None, '吹哨\n\u2028\u007f\u0001"\\/'],
        "B": {"z": {}, "10": [], "9": "\U0001f4e2"},
        "": 0,
    }
    assert (
        canonical_bytes(value)
        == (
            '{"":0,"B":{"10":[],"9":"\U0001f4e2","z":{}},'
            '"b":[1,0,true,null,"吹哨\\n\u2028\u007f\\u0001\\"\\\\/"]}'
        ).encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        MAX + 1,
        -MAX - 1,
        10**400,
        "\ud83d",
        b"bytes",
        {1, 2},
        datetime(2026, 11, 23, tzinfo=UTC),
        {"键": 1},
        {"\u00e9": 1},
        {1: "a"},
        {None: "a"},
        {"\ud83d": "a"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_has_no_one_spelling_is_refused(value: Json, depth: int) -> None:
    nested = {"a": value}
    for _ in range(depth):
        nested = {"a": [nested]}
    with pytest.raises(NotCanonicalError):
        canonical_bytes(nested)


@pytest.mark.parametrize("number", [MAX, -MAX, 0])
def test_the_largest_integers_are_written_whole(number: int) -> None:
    assert canonical_bytes({"a": number}) == f'{{"a":{number}}}'.encode()


def test_an_enumeration_of_integers_is_its_number() -> None:
    class Level(IntEnum):
        HIGH = 3

    assert canonical_bytes({"a": Level.HIGH}) == b'{"a":3}'


@given(moments)
def test_a_moment_has_one_spelling_whatever_its_zone(moment: datetime) -> None:
    text = format_instant(moment)
    assert len(text) == len("2026-11-23T08:08:00.000000Z")
    assert text.endswith("Z")
    assert text[10] == "T"
    assert parse_instant(text) == moment.astimezone(UTC)
    assert format_instant(moment.astimezone(SHANGHAI)) == text
    assert Stamped(at=moment).model_dump(mode="json") == {"at": text}


@given(moments, moments)
def test_the_spelling_sorts_as_time_does(one: datetime, other: datetime) -> None:
    earlier = one.astimezone(UTC) < other.astimezone(UTC)
    assert (format_instant(one) < format_instant(other)) == earlier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T16:08:00+08:00", "2026-11-23T08:08:00.000000Z"),
        ("2026-11-23T08:08:00Z", "2026-11-23T08:08:00.000000Z"),
        ("2026-11-23T08:08:00.1-00:30", "2026-11-23T08:38:00.100000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_any_zone_is_taken_and_utc_is_kept(text: str, expected: str) -> None:
    assert Stamped.model_validate_json(f'{{"at":"{text}"}}').at.tzinfo is UTC
    assert Stamped.model_validate({"at": text}).model_dump(mode="json") == {"at": expected}
    assert format_instant(parse_instant(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["2026-11-23T08:08:00", "2026-11-23", "yesterday", "", "0001-01-01T00:00:00+08:00",
     "9999-12-31T23:59:59-00:01"],
)  # fmt: skip
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(text)


@pytest.mark.parametrize("text", ["2026-11-23T08:08:00", "2026-11-23", "yesterday"])
def test_a_stored_moment_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|isoformat"):
        parse_instant(text)
