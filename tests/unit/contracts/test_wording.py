"""Every event has a sentence in both languages, and no sentence opens a text or names a person."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

from contracts.event import EVENTS, Event, parse_event
from contracts.events.dispatch import CaseSigned, DeadlineMissed, WhistleEscalated
from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.said import Said, by_code
from contracts.schema import EXAMPLES, published
from contracts.sealed import Sealed
from contracts.wording import SENTENCES, told
from contracts.wording.template import fill
from contracts.wording.words import WORDS

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
_USED = re.compile(r"{(\w+)}|\[(\w+)\|")


def examples() -> Iterator[tuple[str, Event]]:
    """Give the example of every published version, read as its newest."""
    for wire in published():
        if wire in EVENTS:
            yield wire, parse_event(wire, (EXAMPLES / f"{wire}.json").read_bytes())


EVENTS_OF_EXAMPLES = dict(examples())


@pytest.mark.parametrize("wire", EVENTS_OF_EXAMPLES)
class WhenAnEventIsPutIntoWords:
    def test_it_is_one_sentence_in_each_language_without_a_gap(self, wire: str) -> None:
        said = told(EVENTS_OF_EXAMPLES[wire])
        assert said.zh.endswith("。")
        assert said.en.endswith(".")
        assert said.zh.count("。") == 1
        assert re.search(r"[\u4e00-\u9fff]", said.zh)
        assert not re.search(r"[\u4e00-\u9fff]", said.en)
        assert not re.search(r"[{}\[\]|]|None|True|False", said.zh + said.en)

    def test_it_names_no_person_who_called_and_holds_no_reference_to_a_text(
        self, wire: str
    ) -> None:
        event = EVENTS_OF_EXAMPLES[wire]
        words = told(event).model_dump_json()
        assert [one for one in secrets(event) if one in words] == []


def secrets(value: Any) -> Iterator[str]:  # noqa: ANN401  # any part of an event
    """Give the references, commitments and persons that stand somewhere in an event."""
    if isinstance(value, Sealed):
        yield from (str(value.ref), value.commitment)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if field.annotation in {SubjectId, SubjectId | None} and getattr(value, name):
                yield getattr(value, name)
            yield from secrets(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from secrets(one)


class WhenTheTemplatesAreLookedAt:
    def test_every_newest_event_has_one_and_nothing_else_has(self) -> None:
        assert {type(one) for one in EVENTS_OF_EXAMPLES.values()} == set(SENTENCES)

    @pytest.mark.parametrize("event", SENTENCES, ids=lambda one: one.wire)
    def test_every_code_that_one_may_meet_has_its_words(self, event: type[Event]) -> None:
        for template in SENTENCES[event]:
            for names in _USED.findall(template):
                field = names[0] or names[1]
                annotation = event.model_fields[field].annotation
                if names[0]:
                    assert set(codes(annotation)) <= set(WORDS.get(field, ())), field

    def test_one_cannot_name_a_sealed_text(self) -> None:
        """The control arm of the test that no reference is in a sentence."""
        declined = EVENTS_OF_EXAMPLES["intake.appeal_declined.v1"]
        with pytest.raises(TypeError):
            fill(Said("{explanation}。", "{explanation}."), declined, by_code)


def codes(annotation: Any) -> Iterator[str]:  # noqa: ANN401  # any annotation
    """Give the values of the literals in an annotation."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for one in get_args(annotation):
            if one is not NoneType:
                yield from codes(one)


class WhenUnitsHaveNames:
    def test_they_stand_in_the_sentence_of_their_language(self) -> None:
        signed = CaseSigned(
            case_no=CaseNo("261123000001"),
            round=1,
            unit=UnitCode("fire-rescue"),
            signed_by="p-1",
            signed_at=NOON,
        )
        said = told(signed, lambda _code: Said("消防救援支队", "Fire and Rescue"))
        assert (said.zh, said.en) == ("消防救援支队签收。", "Fire and Rescue signs for the case.")


class WhenNobodyDidIt:
    def test_a_passed_time_is_nobodys_and_a_signature_is_somebodys(self) -> None:
        by_wire = EVENTS_OF_EXAMPLES
        nobodys = {type(one) for one in by_wire.values() if told(one).is_nobodys}
        assert DeadlineMissed in nobodys
        assert CaseSigned not in nobodys

    def test_an_escalation_is_somebodys_when_a_street_asked(self) -> None:
        event = EVENTS_OF_EXAMPLES["dispatch.whistle_escalated.v2"]
        assert isinstance(event, WhistleEscalated)
        assert told(event.model_copy(update={"escalated_by": ""})).is_nobodys
        assert not told(event.model_copy(update={"escalated_by": "p-1"})).is_nobodys


def test_secrets_are_found_where_they_stand() -> None:
    """The control arm of what is looked for in sentences."""
    ref, commitment = UUID(int=9), "ab" * 32
    sealed = Sealed(ref=ref, commitment=commitment)
    event = EVENTS_OF_EXAMPLES["intake.appeal_answered.v1"].model_copy(update={"answer": sealed})
    assert list(secrets(event)) == [str(ref), commitment]
