"""What was published never changes: schemas and examples are files, and these files are the law.

`python -m contracts.schema` writes the schema of a new event; its example is written by hand.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.calendar import Deadline, DeadlineV1, compute
from contracts.canonical import canonical_bytes
from contracts.catalogue import FileCatalogue
from contracts.envelope import Envelope, Recorded
from contracts.event import Event, parse_event, wires_of
from contracts.schema import EXAMPLES, SCHEMAS, published, render, shape

PUBLISHED = published()
EVENTS = sorted(set(PUBLISHED) - {"envelope"})
DEADLINES = 29
BY_POLICY = {"case.assist", "case.review", "escalation.answer"}
"""Rules whose limit is a policy or a day that a person named, not a row of the catalogue."""
WRITE = "run `python -m contracts.schema`"


def example(name: str) -> bytes:
    """Give the canonical bytes of an example: its file without the final newline."""
    content = (EXAMPLES / f"{name}.json").read_bytes()
    assert content.endswith(b"\n")
    return content[:-1]


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Walk every object of a JSON value, the value itself first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


@pytest.mark.parametrize("folder", [SCHEMAS, EXAMPLES])
def test_there_is_a_file_for_each_and_no_other(folder: Path) -> None:
    found = {path.name for path in folder.iterdir()}
    wanted = {f"{name}.json" for name in PUBLISHED}
    assert found == wanted, f"{folder.name}/: {sorted(found ^ wanted)} too many or missing; {WRITE}"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schema_has_not_changed(name: str) -> None:
    frozen = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
    generated = render(PUBLISHED[name])
    advice = f"{name} is published and frozen: put it back, and make a new version beside it"
    assert shape(frozen) == shape(generated), advice
    assert frozen == generated, f"the wording of {name} changed: {WRITE}"


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_example_comes_back_byte_for_byte(name: str) -> None:
    data, model = example(name), PUBLISHED[name]
    read = model.model_validate_json(data)
    assert isinstance(read, Event | Envelope)
    assert read.to_bytes() == data
    assert canonical_bytes(json.loads(data)) == data
    assert model.model_validate(read.model_dump()) == read


@pytest.mark.parametrize("name", EVENTS)
def test_an_example_is_read_as_its_event(name: str) -> None:
    read = parse_event(name, example(name))
    assert name in wires_of(type(read))
    if type(read) is PUBLISHED[name]:
        assert read.to_bytes() == example(name)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_reader_ignores_what_it_does_not_know_and_a_writer_refuses_it(name: str) -> None:
    known = json.loads(example(name))
    for number, _ in enumerate(objects(known)):
        later = deepcopy(known)
        list(objects(later))[number]["added_in_a_later_release"] = {"x": [1]}
        data = canonical_bytes(later)
        assert _read(name, data) == _read(name, example(name))
        with pytest.raises(ValidationError, match="extra_forbidden"):
            PUBLISHED[name].model_validate_json(data)


def _read(name: str, data: bytes) -> BaseModel:
    if name == "envelope":
        return Recorded(1, data, b"{}").envelope
    return parse_event(name, data)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_field_of_an_example_is_needed(name: str) -> None:
    known = json.loads(example(name))
    assert set(known) == set(PUBLISHED[name].model_fields)
    for field in known:
        rest = {key: value for key, value in known.items() if key != field}
        with pytest.raises(ValidationError):
            _read(name, canonical_bytes(rest))


def test_the_deadlines_of_the_examples_are_what_the_catalogue_gives() -> None:
    """Those of the first versions have no warning, and nothing else was ever computed otherwise."""
    versions = FileCatalogue()
    found = [
        one
        for name in EVENTS
        for one in objects(json.loads(example(name)))
        if "due_at" in one and "rule" in one
    ]
    assert len(found) == DEADLINES
    for one in found:
        model = Deadline if "warn_at" in one else DeadlineV1
        read = model.model_validate_json(canonical_bytes(one))
        catalogue = versions.at(read.calendar)
        again = compute(
            milestone=read.milestone,
            round=read.round,
            rule=read.rule,
            start=read.started_at,
            limit=read.limit if read.rule in BY_POLICY else catalogue.limit(read.rule),
            calendar=catalogue.calendar,
            around_the_clock=read.around_the_clock,
        )
        assert again.model_dump(include=set(model.model_fields)) == read.model_dump()


class Before(BaseModel):
    """An invented model as it was published."""

    title: str
    count: int


class Reworded(BaseModel):
    """The same, described better and in another order."""

    count: int
    title: str


class Widened(BaseModel):
    """With a field more."""

    title: str
    count: int
    extra: str | None = None


class Loosened(BaseModel):
    """With a field that may be missing."""

    title: str | None
    count: int


def test_what_counts_as_a_change() -> None:
    Reworded.__name__ = "Before"
    assert render(Before) != render(Reworded)
    assert shape(render(Before)) == shape(render(Reworded))
    assert shape(render(Before)) != shape(render(Widened))
    assert shape(render(Before)) != shape(render(Loosened))
    assert '"title"' in json.dumps(shape(render(Before)))  # a field may be called so
