"""The histories of seeded cases: filed, signed, handled, called back and closed; some by whistle.

Every event is made by its contract's class, with deadlines of the catalogue and its calendar.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.decider import Meta
from chassis.unit_of_work.work import system_actor
from contracts.catalogue import CatalogueVersion
from contracts.envelope import Actor, Envelope
from contracts.event import Event
from contracts.events import dispatch, enforcement, feedback, intake
from contracts.ids import (
    AppealNo,
    CaseNo,
    UnitCode,
    appeal_stream,
    callback_no,
    callback_stream,
    case_stream,
    operation_of_whistle,
    operation_stream,
    subject_stream,
    whistle_no,
    whistle_stream,
)
from contracts.instant import format_instant
from contracts.values import Caller, UnitRole
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.dispatching import DispatchCase
from services.dispatch.domain.case.state import CaseState
from services.dispatch.domain.routing import CatalogueRows, route, rows_of
from services.enforcement.domain.operation.decider import OPERATION
from services.enforcement.reactions import opening
from whistle.seeding.case_log import PLACEHOLDER, SUBJECT, CaseLog

__all__ = ["Place", "write_closed", "write_open", "write_whistled"]

_ROUND = 1
_APPEAL_NO, _CASE_NO = AppealNo(PLACEHOLDER), CaseNo(PLACEHOLDER)
_WHISTLE_NO = whistle_no(_CASE_NO, 1)
_OPERATION_NO = operation_of_whistle(_WHISTLE_NO)
_CALLBACK_NO = callback_no(_APPEAL_NO, _ROUND)
_APPEAL, _CASE = appeal_stream(_APPEAL_NO), case_stream(_CASE_NO)
_WHISTLE, _OPERATION = whistle_stream(_WHISTLE_NO), operation_stream(_OPERATION_NO)
_CALLBACK = callback_stream(_CALLBACK_NO)
_CALLER = Caller(appeal_no=_APPEAL_NO, subject=SUBJECT)
_AGENT = Actor(person="seed-seat-1", unit="hotline", role="agent")
_VISITOR = Actor(person="seed-visitor-1", unit="callback-centre", role="visitor")
_MINUTE = timedelta(minutes=1)
_RATED, _FULL = ("signing", "arrival", "people", "quality", "staying", "result"), 100
_SUMMONED: tuple[UnitRole, UnitRole] = ("lead", "assisting")


@dataclass(frozen=True, slots=True)
class Place:
    """Street and matter of a case, by the catalogue."""

    version: CatalogueVersion
    street: UnitCode
    matter: str
    summoned: tuple[UnitCode, UnitCode]
    """The departments that a whistle calls: the lead first."""

    @property
    def unit(self) -> UnitCode:
        """The unit that leads."""
        return route(self.rows).unit

    @property
    def rows(self) -> CatalogueRows:
        """What the catalogue says of the case."""
        return rows_of(self.version, self.street, self.matter)


def write_open(log: CaseLog, place: Place, at: datetime) -> list[tuple[str, str, int, str]]:
    """Write a case up to its dispatch; give the deadlines that are open then."""
    dispatched = _dispatch(log, place, _file(log, place, at), at)
    return [
        (_CASE, one.milestone, one.round, format_instant(one.due_at))
        for one in CASE.deadlines(dispatched)
    ]


def write_closed(log: CaseLog, place: Place, at: datetime) -> None:
    """Write a closed case that its unit handled alone."""
    write_open(log, place, at)
    _sign(log, place, at + 20 * _MINUTE)
    _handle(log, place, at + 50 * _MINUTE)


def write_whistled(log: CaseLog, place: Place, at: datetime) -> None:
    """Write a closed case for which the street called two departments."""
    write_open(log, place, at)
    _sign(log, place, at + 5 * _MINUTE)
    blown = _blow(log, place, at + 10 * _MINUTE)
    concluded = _operate(log, place, blown, at + 15 * _MINUTE)
    _settle(log, place, concluded, at + 60 * _MINUTE)
    _handle(log, place, at + 70 * _MINUTE)


def _officer(unit: str) -> Actor:
    return Actor(person=f"{unit}-duty", unit=unit, role="officer")


def _file(log: CaseLog, place: Place, at: datetime) -> Envelope:
    by = _AGENT.person
    recorded = intake.SubjectRecorded(
        subject=SUBJECT, name=log.sealed(), phone=log.sealed(), recorded_by=by, recorded_at=at
    )
    log.append(recorded, subject_stream(SUBJECT), _AGENT, at)
    received = intake.AppealReceived(
        appeal_no=_APPEAL_NO,
        source="seed",
        external_no=f"S-{PLACEHOLDER}",
        channel="电话",
        kind="complaint",
        subject=SUBJECT,
        anonymous=False,
        given_name=log.sealed(),
        given_contact=None,
        title=log.sealed(),
        text=log.sealed(),
        address=log.sealed(),
        street=place.street,
        matter=place.matter,
        suggestion=None,
        confidential=False,
        reported_at=None,
        received_by=by,
        received_at=at,
    )
    log.append(received, _APPEAL, _AGENT, at)
    filed = intake.CaseFiled(
        case_no=_CASE_NO,
        subject=SUBJECT,
        kind="complaint",
        street=place.street,
        matter=place.matter,
        classified_by="source",
        confidential=False,
        catalogue=place.version.version,
        filed_by=by,
        filed_at=at,
    )
    return log.append(filed, _APPEAL, _AGENT, at)


def _dispatch(log: CaseLog, place: Place, filed: Envelope, at: datetime) -> CaseState:
    by = system_actor("dispatch")
    command = DispatchCase(
        case_no=_CASE_NO,
        caller=_CALLER,
        kind="complaint",
        confidential=False,
        rows=place.rows,
        meta=Meta(by, at),
    )
    events = CASE.decide(command, CASE.initial)
    for event in events:
        log.append(event, _CASE, by, at, filed)
    return CASE.fold(CASE.initial, events)


def _sign(log: CaseLog, place: Place, at: datetime) -> None:
    officer = _officer(place.unit)
    signed = dispatch.CaseSigned(
        case_no=_CASE_NO, round=_ROUND, unit=place.unit, signed_by=officer.person, signed_at=at
    )
    log.append(signed, _CASE, officer, at)


def _handle(log: CaseLog, place: Place, at: datetime) -> None:
    """Report the handling; the caller is called on the next day, and the case closes."""
    officer = _officer(place.unit)
    reported = dispatch.HandlingReported(
        case_no=_CASE_NO,
        round=_ROUND,
        unit=place.unit,
        claim="resolved",
        contact="reached",
        account=log.sealed(),
        handlers=(officer.person,),
        callers=(_CALLER,),
        reported_by=officer.person,
        reported_at=at,
    )
    cause = log.append(reported, _CASE, officer, at)
    scheduled = feedback.CallbackScheduled(
        callback_no=_CALLBACK_NO,
        case_no=_CASE_NO,
        appeal_no=_APPEAL_NO,
        round=_ROUND,
        subject=SUBJECT,
        unit=place.unit,
        handlers=(officer.person,),
        trigger="handling_reported",
        scheduled_at=at,
    )
    log.append(scheduled, _CALLBACK, system_actor("feedback"), at, cause)
    _close(log, place, at + timedelta(days=1))


def _close(log: CaseLog, place: Place, at: datetime) -> None:
    completed = feedback.CallbackCompleted(
        callback_no=_CALLBACK_NO,
        case_no=_CASE_NO,
        appeal_no=_APPEAL_NO,
        round=_ROUND,
        unit=place.unit,
        answers=feedback.CallbackAnswers(contacted=True, resolved=True, satisfaction="satisfied"),
        note=None,
        completed_by=_VISITOR.person,
        completed_at=at,
    )
    cause = log.append(completed, _CALLBACK, _VISITOR, at)
    noted = dispatch.CallbackNoted(
        case_no=_CASE_NO,
        round=_ROUND,
        callback_no=_CALLBACK_NO,
        appeal_no=_APPEAL_NO,
        resolved=True,
        satisfaction="satisfied",
        noted_at=at,
    )
    log.append(noted, _CASE, system_actor("dispatch"), at, cause)
    closed = dispatch.CaseClosed(
        case_no=_CASE_NO, round=_ROUND, unit=place.unit, outcome="resolved", closed_at=at
    )
    log.append(closed, _CASE, system_actor("dispatch"), at, cause)


def _blow(log: CaseLog, place: Place, at: datetime) -> tuple[Envelope, dispatch.WhistleBlown]:
    officer = _officer(place.unit)
    leader = Actor(person=f"{place.unit}-leader", unit=place.unit, role="leader")
    which = {"whistle_no": _WHISTLE_NO, "case_no": _CASE_NO, "round": _ROUND}
    what = {
        "street": place.street,
        "district": place.rows.district.code,
        "kind": "daily",
        "units": tuple(
            dispatch.SummonedUnit(unit=unit, role=role, basis="list", reason=None)
            for unit, role in zip(place.summoned, _SUMMONED, strict=True)
        ),
        "subject": SUBJECT,
        "catalogue": place.version.version,
    }
    by = officer.person
    attached = dispatch.WhistleAttached.model_validate({**which, "attached_at": at})
    log.append(attached, _CASE, officer, at)
    proposed = {
        "unit": place.unit,
        "ground": "no_power",
        "evidence": log.sealed(),
        "plan": None,
        "is_cross_district": False,
        "request": log.sealed(),
        "proposed_by": by,
        "proposed_at": at,
    }
    log.append(
        dispatch.WhistleProposed.model_validate({**which, **what, **proposed}),
        _WHISTLE,
        officer,
        at,
    )
    approved = {"approved_by": leader.person, "approved_at": at}
    log.append(dispatch.WhistleApproved.model_validate({**which, **approved}), _WHISTLE, leader, at)
    called = {"is_to_confirm": False, "blown_by": by, "blown_at": at}
    blown = dispatch.WhistleBlown.model_validate({**which, **what, **called})
    return log.append(blown, _WHISTLE, officer, at), blown


def _operate(
    log: CaseLog, place: Place, whistle: tuple[Envelope, dispatch.WhistleBlown], at: datetime
) -> Envelope:
    """Write the operation: both departments report, complete their tasks and are released."""
    cause, blown = whistle
    by_service = system_actor("enforcement")
    command = opening(blown, place.version, Meta(by_service, cause.recorded_at))
    for opened in OPERATION.decide(command, OPERATION.initial):
        log.append(opened, _OPERATION, by_service, cause.recorded_at, cause)
    which = {"operation_no": _OPERATION_NO, "case_no": _CASE_NO, "round": _ROUND}
    steps: list[type[Event]] = [
        enforcement.UnitAcknowledged,
        enforcement.UnitReported,
        enforcement.UnitTaskCompleted,
        enforcement.UnitReleased,
    ]
    last = cause
    for number, step in enumerate(steps):
        for unit in place.summoned:
            by = _officer(place.unit if step is enforcement.UnitReleased else unit)
            moment = at + 10 * number * _MINUTE
            event = step.model_validate({**which, "unit": unit, **_fields(log, step, by, moment)})
            last = log.append(event, _OPERATION, by, moment)
    concluded = enforcement.OperationConcluded.model_validate(
        {**which, "units": place.summoned, "concluded_at": last.recorded_at}
    )
    return log.append(concluded, _OPERATION, last.actor, last.recorded_at)


def _fields(log: CaseLog, step: type[Event], by: Actor, at: datetime) -> dict[str, object]:
    """Give the fields that a unit's step has beside the numbers and the unit."""
    verb = step.wire.split(".")[1].rpartition("_")[2]
    more: dict[str, object] = {f"{verb}_by": by.person, f"{verb}_at": at}
    if step is enforcement.UnitReported:
        more["officer_count"] = 2
    if step is enforcement.UnitTaskCompleted:
        more["result"] = log.sealed()
    return more


def _settle(log: CaseLog, place: Place, concluded: Envelope, at: datetime) -> None:
    officer = _officer(place.unit)
    which = {"whistle_no": _WHISTLE_NO, "case_no": _CASE_NO, "round": _ROUND}
    ended = {**which, "concluded_at": concluded.recorded_at}
    noted = dispatch.WhistleConcluded.model_validate(ended)
    log.append(noted, _WHISTLE, system_actor("dispatch"), concluded.recorded_at, concluded)
    ratings = tuple(
        dispatch.UnitRating(unit=unit, reason=None, **dict.fromkeys(_RATED, _FULL))
        for unit in place.summoned
    )
    accepted = {**which, "ratings": ratings, "accepted_by": officer.person, "settled_at": at}
    log.append(dispatch.WhistleSettled.model_validate(accepted), _WHISTLE, officer, at)
    free = dispatch.WhistleDetached.model_validate({**which, "detached_at": at})
    log.append(free, _CASE, officer, at)
