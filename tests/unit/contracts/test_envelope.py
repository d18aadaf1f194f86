"""The envelope, the register of wire names, and what every event has in common."""

import json
import re
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, ClassVar, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from contracts.envelope import Actor, Envelope, Recorded
from contracts.event import (
    EVENTS,
    Event,
    UnknownEventError,
    ordering_key,
    parse_event,
    wires_of,
)
from contracts.events.dispatch import CaseSigned
from contracts.schema import EXAMPLES, published
from contracts.topics import TOPICS

WIRES = {name: model for name, model in published().items() if issubclass(model, Event)}
IRREGULAR = {"blown", "held", "left", "read", "withdrawn"}
"""Past forms that do not end in -ed."""

ENVELOPE = Envelope(
    event_id=UUID("1c8a1d0e-58f7-5c0f-9a5c-7a7b7c3f2b10"),
    type="dispatch.case_signed.v1",
    stream="case-261123000001",
    version=3,
    key="261123000001",
    log_id=UUID("6f1d2c3b-4a59-4e87-9c76-5b4a39281706"),
    recorded_at=datetime(2026, 11, 23, 2, 25, 48, tzinfo=UTC),
    actor=Actor(person="p-0412", unit="street-cloud-bridge", role="officer"),
    correlation_id=UUID(int=1),
    causation_id=UUID(int=2),
)


def test_an_envelope_is_canonical_bytes_without_a_position() -> None:
    assert ENVELOPE.to_bytes() == (
        b'{"actor":{"person":"p-0412","role":"officer","unit":"street-cloud-bridge"},'
        b'"causation_id":"00000000-0000-0000-0000-000000000002",'
        b'"correlation_id":"00000000-0000-0000-0000-000000000001",'
        b'"event_id":"1c8a1d0e-58f7-5c0f-9a5c-7a7b7c3f2b10","key":"261123000001",'
        b'"log_id":"6f1d2c3b-4a59-4e87-9c76-5b4a39281706",'
        b'"recorded_at":"2026-11-23T02:25:48.000000Z","stream":"case-261123000001",'
        b'"type":"dispatch.case_signed.v1","version":3}'
    )


def test_a_record_gives_back_its_envelope() -> None:
    record = Recorded.of(7, ENVELOPE, b"{}")
    assert record == Recorded(7, ENVELOPE.to_bytes(), b"{}")
    assert record.envelope == ENVELOPE


@pytest.mark.parametrize("field", ["version", "event_id", "recorded_at", "actor"])
def test_nothing_of_it_can_be_changed(field: str) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(ENVELOPE, field, None)


class WhenAnEventIsRegistered:
    @pytest.mark.parametrize(
        "name",
        ["Calls.call_made.v1", "intake.CallMade.v1", "intake.call_made", "intake.call_made.v0",
         "intake.call__made.v1", "intake.call_made.v01", "intake.call_made.v1 ", ""],
    )  # fmt: skip
    def test_its_name_is_well_formed(self, name: str) -> None:
        with pytest.raises(ValueError, match="is not <service>"):
            type("Odd", (Event,), {"wire": name, "__annotations__": {"wire": ClassVar[str]}})
        assert name not in EVENTS

    def test_its_name_is_its_own(self) -> None:
        with pytest.raises(ValueError, match=r"already taken by CaseSigned"):
            type("Odd", (Event,), {"wire": CaseSigned.wire, "__module__": __name__})
        assert EVENTS[CaseSigned.wire] is CaseSigned

    def test_an_unknown_name_is_said_to_be_unknown(self) -> None:
        with pytest.raises(UnknownEventError, match=r"dispatch\.case_sung\.v1"):
            parse_event("dispatch.case_sung.v1", b"{}")


@pytest.mark.parametrize(
    ("wire", "stream", "expected"),
    [
        ("dispatch.whistle_proposed.v1", "whistle-261123000001-W1", "261123000001"),
        ("enforcement.operation_opened.v1", "operation-261123000001-W1", "261123000001"),
        ("feedback.callback_scheduled.v1", "callback-261123000001-R1", "261123000001"),
        ("intake.appeal_received.v1", "appeal-261123000009", "261123000009"),
        ("intake.subject_recorded.v1", "subject-8f6c-1c5a", "8f6c-1c5a"),
    ],
)
def test_a_stream_is_ordered_with_its_case_or_else_by_itself(
    wire: str, stream: str, expected: str
) -> None:
    first = parse_event(wire, (EXAMPLES / f"{wire}.json").read_bytes())
    assert ordering_key(first, stream) == expected


@pytest.mark.parametrize("wire", WIRES)
class TestEveryEvent:
    def test_is_registered_under_its_name(self, wire: str) -> None:
        assert EVENTS[wire] is WIRES[wire]

    def test_is_named_in_the_past_tense_of_its_own_class(self, wire: str) -> None:
        service, name, version = wire.split(".")
        assert any(word.endswith("ed") or word in IRREGULAR for word in name.split("_"))
        camel = "".join(word.capitalize() for word in name.split("_"))
        versions = {one for one in WIRES if one.startswith(f"{service}.{name}.")}
        is_newest = wires_of(WIRES[wire]) >= versions
        assert WIRES[wire].__name__ == camel + ("" if is_newest else version.upper())
        package = import_module(f"contracts.events.{service}")
        assert WIRES[wire].__module__.startswith(f"{package.__name__}.")
        assert getattr(package, WIRES[wire].__name__) is WIRES[wire]

    def test_says_when_in_one_word(self, wire: str) -> None:
        moments = {name for name in WIRES[wire].model_fields if name.endswith("_at")}
        assert moments - {"due_at"}

    def test_names_its_chinese_term(self, wire: str) -> None:
        assert re.search(r"[\u4e00-\u9fff]", WIRES[wire].__doc__ or "")

    def test_holds_no_float_and_no_open_object(self, wire: str) -> None:
        schema = json.dumps(WIRES[wire].model_json_schema(mode="serialization"))
        assert '"number"' not in schema
        assert '"additionalProperties": true' not in schema
        for model in _models(WIRES[wire]):
            assert model.model_config["extra"] == "forbid", model
            assert model.model_config["frozen"], model

    def test_has_no_default_that_could_change_its_meaning(self, wire: str) -> None:
        for model in _models(WIRES[wire]):
            assert all(field.is_required() for field in model.model_fields.values()), model

    def test_speaks_of_free_text_only_by_reference(self, wire: str) -> None:
        texts = {"title", "text", "address", "name", "phone", "answer", "explanation", "reason"}
        texts |= {"account", "request", "result", "note"}
        for name in texts & set(WIRES[wire].model_fields):
            kind = str(WIRES[wire].model_fields[name].annotation)
            # A choice or a deadline of that name is no text.
            assert "Sealed" in kind or "str" not in kind, name


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Give a model and every model in it."""
    found = {model}
    for field in model.model_fields.values():
        for inner in _classes(field):
            found |= _models(inner)
    return found


def _classes(field: FieldInfo) -> set[type[BaseModel]]:
    todo: list[Any] = [field.annotation]
    found = set()
    while todo:
        one = todo.pop()
        if get_origin(one) is not None:
            todo += get_args(one)
        elif isinstance(one, type) and issubclass(one, BaseModel):
            found.add(one)
    return found


def test_every_service_that_writes_has_one_topic() -> None:
    assert {name.split(".")[0] for name in WIRES} == set(TOPICS)
    assert len({topic.name for topic in TOPICS.values()}) == 4
    assert all(topic.partition_count >= 1 for topic in TOPICS.values())
