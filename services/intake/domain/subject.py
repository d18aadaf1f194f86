"""A person known to the hotline (当事人): recorded, read with a reason, and erased.

Erasing is a fact that every service hears; each destroys its own key of that person
(个人信息保护法 art. 47).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from chassis.decider import Decider
from chassis.errors import Refusal, Unknown
from contracts.event import Event
from contracts.events.intake import PersonalDataRead, SubjectErased, SubjectRecorded
from contracts.sealed import Sealed

__all__ = [
    "SUBJECT",
    "EraseSubject",
    "Erased",
    "Known",
    "NoSubject",
    "ReadPersonalData",
    "RecordSubject",
    "SubjectAlreadyErased",
    "SubjectCommand",
    "SubjectState",
    "SubjectUnknown",
]


class SubjectUnknown(Unknown):
    code = "subject_unknown"
    zh = "没有编号为 {subject} 的当事人；请核对编号。"
    en = "There is no person recorded as {subject}; check the number."


class SubjectAlreadyErased(Refusal):
    code = "subject_already_erased"
    zh = "当事人 {subject} 的信息已删除，无法再读取或再次删除。"
    en = "What was known of {subject} has been erased; it can be neither read nor erased again."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSubject:
    subject: str
    name: Sealed | None
    phone: Sealed | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPersonalData:
    subject: str
    fields: tuple[Literal["name", "phone"], ...]
    case_no: str | None
    reason: Sealed
    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseSubject:
    subject: str
    ground: Literal["request", "retention"]
    by: str
    at: datetime


SubjectCommand = RecordSubject | ReadPersonalData | EraseSubject


@dataclass(frozen=True, slots=True)
class NoSubject:
    pass


@dataclass(frozen=True, slots=True)
class Known:
    name: Sealed | None
    phone: Sealed | None


@dataclass(frozen=True, slots=True)
class Erased:
    pass


SubjectState = NoSubject | Known | Erased


def decide(command: SubjectCommand, state: SubjectState) -> Sequence[Event]:
    """Decide. Raises: the refusals of this module."""
    match command:
        case RecordSubject():
            return _record(command, state)
        case ReadPersonalData():
            return [_read(command, state)]
        case EraseSubject():
            return [_erase(command, state)]
        case _:
            assert_never(command)


def _record(command: RecordSubject, state: SubjectState) -> Sequence[Event]:
    if isinstance(state, Erased):
        raise SubjectAlreadyErased(subject=command.subject)
    if isinstance(state, Known):
        return []
    return [
        SubjectRecorded(
            subject=command.subject,
            name=command.name,
            phone=command.phone,
            recorded_by=command.by,
            recorded_at=command.at,
        )
    ]


def _must_be_known(subject: str, state: SubjectState) -> None:
    if isinstance(state, NoSubject):
        raise SubjectUnknown(subject=subject)
    if isinstance(state, Erased):
        raise SubjectAlreadyErased(subject=subject)


def _read(command: ReadPersonalData, state: SubjectState) -> PersonalDataRead:
    _must_be_known(command.subject, state)
    return PersonalDataRead(
        subject=command.subject,
        fields=command.fields,
        case_no=command.case_no,
        reason=command.reason,
        read_by=command.by,
        read_for=command.unit,
        read_at=command.at,
    )


def _erase(command: EraseSubject, state: SubjectState) -> SubjectErased:
    _must_be_known(command.subject, state)
    return SubjectErased(
        subject=command.subject,
        ground=command.ground,
        erased_by=command.by,
        erased_at=command.at,
    )


def evolve(state: SubjectState, event: Event) -> SubjectState:
    """Fold. What does not fit leaves the state as it is."""
    match event:
        case SubjectRecorded(name=name, phone=phone) if isinstance(state, NoSubject):
            return Known(name, phone)
        case SubjectErased():
            return Erased()
        case _:
            return state


SUBJECT: Decider[SubjectCommand, SubjectState] = Decider(NoSubject(), decide, evolve)
