"""What happens to a seeded case: filed, signed, handled, asked about and closed; some by whistle.

Every event is made by its contract's class, with deadlines of the catalogue and its calendar.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.catalogue import CatalogueVersion
from contracts.envelope import Actor, Envelope
from contracts.event import Event
from contracts.events import dispatch, enforcement, feedback, intake
from contracts.instant import format_instant
from contracts.values import Caller
from services.dispatch.domain.routing import route, terms_of
from services.enforcement.reactions import opening
from whistle.seeding.pen import MARK, SUBJECT, Pen

__all__ = ["Place", "live_closed", "live_open", "live_whistled"]

_ROUND = 1
_APPEAL, _CASE = f"appeal-{MARK}", f"case-{MARK}"
_WHISTLE_NO = f"{MARK}-W1"
_CALLBACK_NO = f"{MARK}-R1"
_CALLER = Caller(appeal_no=MARK, subject=SUBJECT)
_AGENT = Actor(person="seed-seat-1", unit="hotline", role="agent")
_VISITOR = Actor(person="seed-visitor-1", unit="callback-centre", role="visitor")
_MINUTE = timedelta(minutes=1)
_SUMMONED = ("lead", "assisting")


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens and what it is about, by the catalogue."""

    version: CatalogueVersion
    street: str
    matter: str
    summoned: tuple[str, str]
    """The departments that a whistle would call: the lead first."""

    @property
    def unit(self) -> str:
        """The unit that leads."""
        return route(self.version, self.street, self.matter).unit


def live_open(pen: Pen, place: Place, at: datetime) -> list[tuple[str, str, int, str]]:
    """File and dispatch a case; give the deadlines that are open then."""
    dispatched = _dispatch(pen, place, _file(pen, place, at), at)
    return [
        (_CASE, one.milestone, one.round, format_instant(one.due_at))
        for one in dispatched.deadlines
    ]


def live_closed(pen: Pen, place: Place, at: datetime) -> None:
    """Live a whole case that its unit handles alone."""
    live_open(pen, place, at)
    _sign(pen, place, at + 20 * _MINUTE)
    _handle(pen, place, at + 50 * _MINUTE)


def live_whistled(pen: Pen, place: Place, at: datetime) -> None:
    """Live a whole case for which the street calls two departments."""
    live_open(pen, place, at)
    _sign(pen, place, at + 5 * _MINUTE)
    blown = _blow(pen, place, at + 10 * _MINUTE)
    concluded = _operate(pen, place, blown, at + 15 * _MINUTE)
    _settle(pen, place, concluded, at + 60 * _MINUTE)
    _handle(pen, place, at + 70 * _MINUTE)


def _officer(unit: str) -> Actor:
    return Actor(person=f"{unit}-duty", unit=unit, role="officer")


def _system(service: str) -> Actor:
    return Actor(person=f"system:{service}", unit="system", role="service")


def _file(pen: Pen, place: Place, at: datetime) -> Envelope:
    by = _AGENT.person
    recorded = intake.SubjectRecorded(
        subject=SUBJECT, name=pen.seal(), phone=pen.seal(), recorded_by=by, recorded_at=at
    )
    pen.say(recorded, f"subject-{SUBJECT}", _AGENT, at)
    received = intake.AppealReceived(
        appeal_no=MARK,
        source="seed",
        external_no=f"S-{MARK}",
        channel="电话",
        kind="complaint",
        subject=SUBJECT,
        title=pen.seal(),
        text=pen.seal(),
        address=pen.seal(),
        street=place.street,
        matter=place.matter,
        suggestion=None,
        confidential=False,
        reported_at=None,
        received_by=by,
        received_at=at,
    )
    pen.say(received, _APPEAL, _AGENT, at)
    filed = intake.CaseFiled(
        case_no=MARK,
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
    return pen.say(filed, _APPEAL, _AGENT, at)


def _dispatch(pen: Pen, place: Place, filed: Envelope, at: datetime) -> dispatch.CaseDispatched:
    way = route(place.version, place.street, place.matter)
    event = dispatch.CaseDispatched(
        case_no=MARK,
        round=_ROUND,
        unit=way.unit,
        street=place.street,
        matter=place.matter,
        kind="complaint",
        callers=(_CALLER,),
        confidential=False,
        routed_by=way.routed_by,
        catalogue=place.version.version,
        deadlines=terms_of(place.version, place.matter).deadlines(_ROUND, at),
        dispatched_at=at,
    )
    pen.say(event, _CASE, _system("dispatch"), at, filed)
    if way.district is not None:
        copied = dispatch.DistrictCopied(
            case_no=MARK, round=_ROUND, district=way.district, copied_at=at
        )
        pen.say(copied, _CASE, _system("dispatch"), at, filed)
    return event


def _sign(pen: Pen, place: Place, at: datetime) -> None:
    officer = _officer(place.unit)
    signed = dispatch.CaseSigned(
        case_no=MARK, round=_ROUND, unit=place.unit, signed_by=officer.person, signed_at=at
    )
    pen.say(signed, _CASE, officer, at)


def _handle(pen: Pen, place: Place, at: datetime) -> None:
    """Report the handling; the caller is asked on the next day, and the case closes."""
    officer = _officer(place.unit)
    reported = dispatch.HandlingReported(
        case_no=MARK,
        round=_ROUND,
        unit=place.unit,
        claim="resolved",
        contact="reached",
        account=pen.seal(),
        handlers=(officer.person,),
        callers=(_CALLER,),
        reported_by=officer.person,
        reported_at=at,
    )
    cause = pen.say(reported, _CASE, officer, at)
    scheduled = feedback.CallbackScheduled(
        callback_no=_CALLBACK_NO,
        case_no=MARK,
        appeal_no=MARK,
        round=_ROUND,
        subject=SUBJECT,
        unit=place.unit,
        handlers=(officer.person,),
        trigger="handling_reported",
        scheduled_at=at,
    )
    pen.say(scheduled, f"callback-{_CALLBACK_NO}", _system("feedback"), at, cause)
    _close(pen, place, at + timedelta(days=1))


def _close(pen: Pen, place: Place, at: datetime) -> None:
    asked = feedback.CallbackCompleted(
        callback_no=_CALLBACK_NO,
        case_no=MARK,
        appeal_no=MARK,
        round=_ROUND,
        unit=place.unit,
        answers=feedback.CallbackAnswers(contacted=True, resolved=True, satisfaction="satisfied"),
        note=None,
        completed_by=_VISITOR.person,
        completed_at=at,
    )
    heard = pen.say(asked, f"callback-{_CALLBACK_NO}", _VISITOR, at)
    noted = dispatch.CallbackNoted(
        case_no=MARK,
        round=_ROUND,
        callback_no=_CALLBACK_NO,
        appeal_no=MARK,
        resolved=True,
        satisfaction="satisfied",
        noted_at=at,
    )
    pen.say(noted, _CASE, _system("dispatch"), at, heard)
    closed = dispatch.CaseClosed(
        case_no=MARK, round=_ROUND, unit=place.unit, outcome="resolved", closed_at=at
    )
    pen.say(closed, _CASE, _system("dispatch"), at, heard)


def _blow(pen: Pen, place: Place, at: datetime) -> tuple[Envelope, dispatch.WhistleBlown]:
    officer = _officer(place.unit)
    leader = Actor(person=f"{place.unit}-leader", unit=place.unit, role="leader")
    which = {"whistle_no": _WHISTLE_NO, "case_no": MARK, "round": _ROUND}
    what = {
        "street": place.street,
        "kind": "daily",
        "units": tuple(
            dispatch.SummonedUnit.model_validate({"unit": unit, "role": role})
            for unit, role in zip(place.summoned, _SUMMONED, strict=True)
        ),
        "subject": SUBJECT,
        "catalogue": place.version.version,
    }
    by = officer.person
    attached = dispatch.WhistleAttached.model_validate({**which, "attached_at": at})
    pen.say(attached, _CASE, officer, at)
    asked = {"request": pen.seal(), "proposed_by": by, "proposed_at": at}
    stream = f"whistle-{_WHISTLE_NO}"
    pen.say(
        dispatch.WhistleProposed.model_validate({**which, **what, **asked}), stream, officer, at
    )
    agreed = {"approved_by": leader.person, "approved_at": at}
    pen.say(dispatch.WhistleApproved.model_validate({**which, **agreed}), stream, leader, at)
    blown = dispatch.WhistleBlown.model_validate({**which, **what, "blown_by": by, "blown_at": at})
    return pen.say(blown, stream, officer, at), blown


def _operate(
    pen: Pen, place: Place, whistle: tuple[Envelope, dispatch.WhistleBlown], at: datetime
) -> Envelope:
    """Let both departments come, do their part, and be released."""
    cause, blown = whistle
    stream = f"operation-{_WHISTLE_NO}"
    opened = opening(blown, place.version, cause.recorded_at)
    pen.say(opened, stream, _system("enforcement"), cause.recorded_at, cause)
    which = {"operation_no": _WHISTLE_NO, "case_no": MARK, "round": _ROUND}
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
            event = step.model_validate({**which, "unit": unit, **_done(pen, step, by, moment)})
            last = pen.say(event, stream, by, moment)
    concluded = enforcement.OperationConcluded.model_validate(
        {**which, "concluded_at": last.recorded_at}
    )
    return pen.say(concluded, stream, last.actor, last.recorded_at)


def _done(pen: Pen, step: type[Event], by: Actor, at: datetime) -> dict[str, object]:
    """Give what a step of a unit says beside who it is about."""
    verb = step.wire.split(".")[1].rpartition("_")[2]
    more: dict[str, object] = {f"{verb}_by": by.person, f"{verb}_at": at}
    if step is enforcement.UnitReported:
        more["officer_count"] = 2
    if step is enforcement.UnitTaskCompleted:
        more["result"] = pen.seal()
    return more


def _settle(pen: Pen, place: Place, concluded: Envelope, at: datetime) -> None:
    officer = _officer(place.unit)
    which = {"whistle_no": _WHISTLE_NO, "case_no": MARK, "round": _ROUND}
    stream = f"whistle-{_WHISTLE_NO}"
    heard = {**which, "concluded_at": concluded.recorded_at}
    done = dispatch.WhistleConcluded.model_validate(heard)
    pen.say(done, stream, _system("dispatch"), concluded.recorded_at, concluded)
    accepted = {**which, "accepted_by": officer.person, "settled_at": at}
    pen.say(dispatch.WhistleSettled.model_validate(accepted), stream, officer, at)
    free = dispatch.WhistleDetached.model_validate({**which, "detached_at": at})
    pen.say(free, _CASE, officer, at)
