"""An appeal (诉求): received, then answered, declined, filed as a case, or linked to one.

Only what is filed or linked leads to work elsewhere. Receiving never fails for a missing place or
matter (待补充); filing does (接诉即办工作条例 art. 10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Refusal, Unknown
from contracts.event import Event
from contracts.events.intake import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
)
from contracts.sealed import Sealed
from contracts.values import Classifier, DeclineGround

__all__ = [
    "APPEAL",
    "AnswerAppeal",
    "Answered",
    "AppealAlreadySettled",
    "AppealCommand",
    "AppealNotLinked",
    "AppealState",
    "AppealUnknown",
    "AppealWithdrawnAlready",
    "CaseMatterMissing",
    "CasePlaceMissing",
    "DeclineAppeal",
    "Declined",
    "FileCase",
    "Filed",
    "LinkAppeal",
    "LinkToItself",
    "Linked",
    "NoAppeal",
    "ReceiveAppeal",
    "Received",
    "UnlinkAppeal",
    "WithdrawAppeal",
    "Withdrawn",
]


class AppealUnknown(Unknown):
    code = "appeal_unknown"
    zh = "没有编号为 {appeal_no} 的诉求；请核对编号。"
    en = "There is no appeal {appeal_no}; check the number."


class AppealAlreadySettled(Refusal):
    code = "appeal_already_settled"
    zh = "诉求 {appeal_no} 已处理（{stage}）；请重新读取后再操作。"
    en = "Appeal {appeal_no} is settled already ({stage}); read it again before acting."


class AppealNotLinked(Refusal):
    code = "appeal_not_linked"
    zh = "诉求 {appeal_no} 没有关联到任何工单，无需解除。"
    en = "Appeal {appeal_no} is not linked to a case, so there is nothing to undo."


class AppealWithdrawnAlready(Refusal):
    code = "appeal_withdrawn_already"
    zh = "诉求 {appeal_no} 已撤回。"
    en = "Appeal {appeal_no} has been withdrawn already."


class CasePlaceMissing(Refusal):
    code = "case_place_missing"
    zh = "立案需要事发街道；请先向来电人补问地点，再提交 street。"
    en = "Filing needs the street where it happened; ask the caller and send `street`."


class CaseMatterMissing(Refusal):
    code = "case_matter_missing"
    zh = "立案需要事项分类；请从目录中选择后提交 matter。"
    en = "Filing needs a matter; choose one from the catalogue and send `matter`."


class LinkToItself(Refusal):
    code = "link_to_itself"
    zh = "诉求不能关联到自身；请填写另一工单的编号。"
    en = "An appeal cannot be linked to itself; name another case."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAppeal:
    """`event` is the whole fact: nothing about receiving depends on earlier ones."""

    event: AppealReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAppeal:
    appeal_no: str
    answer: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineAppeal:
    appeal_no: str
    ground: DeclineGround
    explanation: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCase:
    """`street` and `matter` as named by the person filing; None takes what was received."""

    appeal_no: str
    street: str | None
    matter: str | None
    catalogue: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAppeal:
    appeal_no: str
    case_no: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkAppeal:
    appeal_no: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAppeal:
    appeal_no: str
    by: str
    at: datetime


AppealCommand = (
    ReceiveAppeal
    | AnswerAppeal
    | DeclineAppeal
    | FileCase
    | LinkAppeal
    | UnlinkAppeal
    | WithdrawAppeal
)


@dataclass(frozen=True, slots=True)
class NoAppeal:
    pass


@dataclass(frozen=True, slots=True)
class Received:
    fact: AppealReceived


@dataclass(frozen=True, slots=True)
class Answered:
    fact: AppealReceived


@dataclass(frozen=True, slots=True)
class Declined:
    fact: AppealReceived
    ground: DeclineGround


@dataclass(frozen=True, slots=True)
class Filed:
    fact: AppealReceived
    street: str
    matter: str


@dataclass(frozen=True, slots=True)
class Linked:
    fact: AppealReceived
    case_no: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    fact: AppealReceived
    case_no: str | None


AppealState = NoAppeal | Received | Answered | Declined | Filed | Linked | Withdrawn


def decide(command: AppealCommand, state: AppealState) -> Sequence[Event]:
    """Decide. Raises: the refusals of this module."""
    match command:
        case ReceiveAppeal(event=event):
            return [event] if isinstance(state, NoAppeal) else []
        case AnswerAppeal():
            return [_answer(command, _open(command.appeal_no, state))]
        case DeclineAppeal():
            return [_decline(command, _open(command.appeal_no, state))]
        case FileCase():
            return [_file(command, _open(command.appeal_no, state))]
        case LinkAppeal():
            return [_link(command, _open(command.appeal_no, state))]
        case UnlinkAppeal():
            return [_unlink(command, state)]
        case WithdrawAppeal():
            return [_withdraw(command, state)]
        case _:
            assert_never(command)


def _open(appeal_no: str, state: AppealState) -> Received:
    if isinstance(state, Received):
        return state
    if isinstance(state, NoAppeal):
        raise AppealUnknown(appeal_no=appeal_no)
    raise AppealAlreadySettled(appeal_no=appeal_no, stage=type(state).__name__.lower())


def _answer(command: AnswerAppeal, state: Received) -> AppealAnswered:
    return AppealAnswered(
        appeal_no=state.fact.appeal_no,
        answer=command.answer,
        answered_by=command.by,
        answered_at=command.at,
    )


def _decline(command: DeclineAppeal, state: Received) -> AppealDeclined:
    return AppealDeclined(
        appeal_no=state.fact.appeal_no,
        ground=command.ground,
        explanation=command.explanation,
        declined_by=command.by,
        declined_at=command.at,
    )


def _file(command: FileCase, state: Received) -> CaseFiled:
    fact = state.fact
    street = command.street or fact.street
    matter = command.matter or fact.matter
    if street is None:
        raise CasePlaceMissing
    if matter is None:
        raise CaseMatterMissing
    return CaseFiled(
        case_no=fact.appeal_no,
        subject=fact.subject,
        kind=fact.kind,
        street=street,
        matter=matter,
        classified_by=_classifier(fact, street, matter),
        confidential=fact.confidential,
        catalogue=command.catalogue,
        filed_by=command.by,
        filed_at=command.at,
    )


def _classifier(fact: AppealReceived, street: str, matter: str) -> Classifier:
    """Whose classification it is: the first that said both the same."""
    if (fact.street, fact.matter) == (street, matter):
        return "source"
    hint = fact.suggestion
    if hint and (fact.street or hint.street, fact.matter or hint.matter) == (street, matter):
        return "words"
    return "agent"


def _link(command: LinkAppeal, state: Received) -> AppealLinked:
    if command.case_no == state.fact.appeal_no:
        raise LinkToItself
    return AppealLinked(
        appeal_no=state.fact.appeal_no,
        case_no=command.case_no,
        subject=state.fact.subject,
        linked_by=command.by,
        linked_at=command.at,
    )


def _unlink(command: UnlinkAppeal, state: AppealState) -> AppealUnlinked:
    if isinstance(state, NoAppeal):
        raise AppealUnknown(appeal_no=command.appeal_no)
    if not isinstance(state, Linked):
        raise AppealNotLinked(appeal_no=command.appeal_no)
    return AppealUnlinked(
        appeal_no=state.fact.appeal_no,
        case_no=state.case_no,
        subject=state.fact.subject,
        unlinked_by=command.by,
        unlinked_at=command.at,
    )


def _withdraw(command: WithdrawAppeal, state: AppealState) -> AppealWithdrawn:
    match state:
        case NoAppeal():
            raise AppealUnknown(appeal_no=command.appeal_no)
        case Withdrawn():
            raise AppealWithdrawnAlready(appeal_no=command.appeal_no)
        case Answered() | Declined():
            stage = type(state).__name__.lower()
            raise AppealAlreadySettled(appeal_no=command.appeal_no, stage=stage)
        case Received():
            case_no = None
        case Filed(fact=fact):
            case_no = fact.appeal_no
        case Linked(case_no=linked_to):
            case_no = linked_to
        case _:
            assert_never(state)
    return AppealWithdrawn(
        appeal_no=state.fact.appeal_no,
        case_no=case_no,
        subject=state.fact.subject,
        withdrawn_by=command.by,
        withdrawn_at=command.at,
    )


def evolve(state: AppealState, event: Event) -> AppealState:
    """Fold. What does not fit leaves the state as it is."""
    if isinstance(state, NoAppeal):
        return Received(event) if isinstance(event, AppealReceived) else state
    fact = state.fact
    match event:
        case AppealAnswered():
            return Answered(fact)
        case AppealDeclined(ground=ground):
            return Declined(fact, ground)
        case CaseFiled(street=street, matter=matter):
            return Filed(fact, street, matter)
        case AppealLinked(case_no=case_no):
            return Linked(fact, case_no)
        case AppealUnlinked():
            return Received(fact)
        case AppealWithdrawn(case_no=case_no):
            return Withdrawn(fact, case_no)
        case _:
            return state


APPEAL: Decider[AppealCommand, AppealState] = Decider(NoAppeal(), decide, evolve)
