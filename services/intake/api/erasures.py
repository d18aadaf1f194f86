"""Erasure over HTTP: requested by one, decided by another; held where a law wants it."""

from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.identity import Role, allow
from chassis.http.paging import Cursor, Limit
from chassis.http.readings import Reads, as_asked
from chassis.http.readings import reading as reading_by
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.envelope import Actor
from contracts.events.intake import ErasureChoice
from contracts.ids import APPEAL_NO, AppealNo, subject_stream
from services.intake.api.parts import Intake, SubjectPath, person
from services.intake.domain.subject.erasing import ApproveErasure
from services.intake.domain.subject.holding import HoldSubject, LiftHold
from services.intake.domain.subject.policies import must_be_known, must_be_requested
from services.intake.domain.subject.rejecting import RejectErasure
from services.intake.domain.subject.requesting import RequestErasure
from services.intake.erasure import Ground, approve_erasure, reject_erasure, request_erasure
from services.intake.views.erasures import ErasureItem, ErasureStatus, list_erasures

ASKING: tuple[Role, ...] = ("agent", "operator")
OPERATORS: tuple[Role, ...] = ("operator",)
READERS: tuple[Role, ...] = ("agent", "operator", "auditor")

CHOICES_MAX = 2_000


class Choice(Body):
    appeal_no: Annotated[AppealNo, Field(pattern=APPEAL_NO)]
    choice: Literal["withdraw", "go_on"]


class ErasureRequest(Body):
    ground: Ground
    reason: Reason
    choices: tuple[Choice, ...] = Field(
        default=(), max_length=CHOICES_MAX, description="one for each open appeal of the person"
    )


class Why(Body):
    reason: Reason


WHY = Why(reason="行政诉讼期间须依法留存。")


class RequestReason(BaseModel):
    """Why a person is to be erased, for the one who decides."""

    reason: str | None


async def _asked(subject: SubjectPath) -> Reading:
    return Reading(what="text", about=subject_stream(subject), subjects=(subject,))


Reasons = Annotated[Reads, reading_by(_asked, as_asked, *ASKING)]


def erasures(routes: CommandRoutes, intake: Intake) -> None:
    """Add the routes about erasure."""
    _deciding(routes)
    _holding(routes)
    _reading(routes)

    @routes.get("/erasures")
    def get_erasures(
        _actor: Annotated[Actor, Depends(allow(*READERS))],
        status: ErasureStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[ErasureItem]:
        """List requests for erasure, oldest first, without names and reasons."""
        with intake.service.store.reading() as connection:
            return list_erasures(connection, status, after, limit)


def _reading(routes: CommandRoutes) -> None:
    @routes.get("/subjects/{subject}/erasure-request")
    async def read_request_reason(subject: SubjectPath, reasons: Reasons) -> RequestReason:
        """Read why the erasure was requested, in order to decide; the reading is noted."""

        def reason(session: Session) -> tuple[Reading, RequestReason]:
            known = must_be_known(subject, session.state(subject_stream(subject)))
            request = must_be_requested(subject, known)
            answer = RequestReason(reason=session.texts.open(request.reason))
            return reasons.found(session, "erasure_reason"), answer

        return await reasons.answer(reason)


def _deciding(routes: CommandRoutes) -> None:
    @routes.command(
        "/subjects/{subject}/erasure-request",
        roles=ASKING,
        on=person,
        gives=RequestErasure,
        sample=ErasureRequest(ground="request", reason="来电人申请删除个人信息。"),
    )
    def request_subject_erasure(
        session: Session, subject: SubjectPath, body: ErasureRequest
    ) -> None:
        """Request that a person be erased (申请删除); from now on they are stored and no more."""
        choices = [ErasureChoice(**dict(choice)) for choice in body.choices]
        request_erasure(session, subject, body.ground, choices, body.reason)

    @routes.command(
        "/subjects/{subject}/erasure-approval", roles=OPERATORS, on=person, gives=ApproveErasure
    )
    def approve_subject_erasure(session: Session, subject: SubjectPath) -> None:
        """Approve, as another person: keys are destroyed, here and then by every service."""
        approve_erasure(session, subject)

    @routes.command(
        "/subjects/{subject}/erasure-rejection",
        roles=ASKING,
        on=person,
        gives=RejectErasure,
        sample=WHY,
    )
    def reject_subject_erasure(session: Session, subject: SubjectPath, body: Why) -> None:
        """Reject the request (驳回), or take it back: the record is used as before."""
        reject_erasure(session, subject, body.reason)


def _holding(routes: CommandRoutes) -> None:
    @routes.command("/subjects/{subject}/hold", roles=OPERATORS, on=person, sample=WHY)
    def hold_subject(session: Session, subject: SubjectPath, body: Why) -> HoldSubject:
        """Keep a record because a law wants it (依法留存); no request destroys it meanwhile."""
        stream = subject_stream(subject)
        must_be_known(subject, session.state(stream))
        reason = session.texts.seal(body.reason, stream)
        return HoldSubject(subject=subject, reason=reason, meta=session.meta)

    @routes.command("/subjects/{subject}/hold-lift", roles=OPERATORS, on=person, sample=WHY)
    def lift_hold(session: Session, subject: SubjectPath, body: Why) -> LiftHold:
        """Lift a hold (解除留存)."""
        stream = subject_stream(subject)
        must_be_known(subject, session.state(stream))
        reason = session.texts.seal(body.reason, stream)
        return LiftHold(subject=subject, reason=reason, meta=session.meta)
