"""Appeals over HTTP: receive one, and decide what becomes of it."""

from fastapi import Response
from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.identity import Role
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.ids import AppealNo, CaseNo, UnitCode, appeal_stream
from contracts.values import DeclineGround
from services.intake.access import (
    fact_of,
    must_act_on,
    must_be_own,
    must_not_be_recused,
)
from services.intake.api.parts import AppealPath, CaseField, Intake, appeal, nothing_yet
from services.intake.domain.appeal.answering import AnswerAppeal
from services.intake.domain.appeal.declining import DeclineAppeal
from services.intake.domain.appeal.filing import FileCase
from services.intake.domain.appeal.linking import LinkAppeal, LinkTarget
from services.intake.domain.appeal.receiving import ReceiveAppeal
from services.intake.domain.appeal.unlinking import UnlinkAppeal
from services.intake.domain.appeal.withdrawing import WithdrawAppeal
from services.intake.domain.classification import check_codes
from services.intake.receiving import Complaint, Reporter, receive
from services.intake.views.appeals import AppealFilter, find_appeal, list_appeals

AGENTS: tuple[Role, ...] = ("agent",)
SENDERS: tuple[Role, ...] = ("agent", "integrator")
LINKING: tuple[Role, ...] = ("agent", "dispatcher")
FILING: tuple[Role, ...] = (*SENDERS, "dispatcher")
"""派单员 file and link; they neither receive nor answer."""

ALREADY_THERE, PHONE_UNREADABLE = "Whistle-Already-There", "Whistle-Phone-Unreadable"
_OF_RECEIVING = {
    ALREADY_THERE: "`true`: it was received before, under any key",
    PHONE_UNREADABLE: "`true`: what was given as a phone is none; it is kept as text",
}


class Answer(Body):
    answer: LongText


class Decline(Body):
    ground: DeclineGround
    explanation: LongText


class Filing(Body):
    street: UnitCode | None = Field(default=None, max_length=64)
    matter: str | None = Field(default=None, max_length=64)


class Link(Body):
    case_no: CaseField


FILED_TRIED = 20
"""Filed appeals of which one with an open case is looked for."""

COMPLAINT = Complaint(
    source="12345",
    external_no="2026-000001",
    kind="complaint",
    text="小区门口井盖松动。",
    reporter=Reporter(name="李四", phone="19900000001"),
)
ANSWER = Answer(answer="已当场解答，来电人表示清楚。")
DECLINE = Decline(ground="other_procedure", explanation="该事项已进入行政复议，请等待复议结果。")


def other_case(session: Session, appeal_no: AppealNo) -> Link:
    """Give a link to a case that is open; without any, one that is refused."""
    connection = session.transaction.reading
    filed = list_appeals(connection, AppealFilter("filed"), None, FILED_TRIED).items
    open_cases = [one.appeal_no for one in filed if one.case_status == "open"]
    return Link(case_no=CaseNo(open_cases[0] if open_cases else appeal_no))


def receiving(routes: CommandRoutes, intake: Intake) -> None:
    """Add the route that takes complaints in."""

    @routes.command(
        "/appeals",
        roles=SENDERS,
        on=nothing_yet,
        status=201,
        gives=ReceiveAppeal,
        headers=_OF_RECEIVING,
        sample=COMPLAINT,
    )
    def receive_appeal(session: Session, complaint: Complaint, response: Response) -> None:
        """Receive a complaint. The same `(source, external_no)` again gets the first answer."""
        receipt = receive(session, complaint, intake.in_force(session.now))
        if receipt.was_there:
            response.headers[ALREADY_THERE] = "true"
        if receipt.phone_is_unreadable:
            response.headers[PHONE_UNREADABLE] = "true"


def deciding(routes: CommandRoutes, intake: Intake) -> None:
    """Add the routes by which an agent settles an appeal."""

    @routes.command("/appeals/{appeal_no}/answer", roles=AGENTS, on=appeal, sample=ANSWER)
    def answer_appeal(session: Session, appeal_no: AppealPath, body: Answer) -> AnswerAppeal:
        """Answer on the spot (直接答复): consultations, unless the city allows more kinds."""
        person, stream = fact_of(session, appeal_no).subject, appeal_stream(appeal_no)
        answer = session.texts.seal_for(person, stream, body.answer)
        on_spot = intake.in_force(session.now).policies.answered_on_spot
        return AnswerAppeal(appeal_no=appeal_no, answer=answer, on_spot=on_spot, meta=session.meta)

    @routes.command("/appeals/{appeal_no}/decline", roles=AGENTS, on=appeal, sample=DECLINE)
    def decline_appeal(session: Session, appeal_no: AppealPath, body: Decline) -> DeclineAppeal:
        """Decline on one of six grounds (不予派单)."""
        person, stream = fact_of(session, appeal_no).subject, appeal_stream(appeal_no)
        return DeclineAppeal(
            appeal_no=appeal_no,
            ground=body.ground,
            explanation=session.texts.seal_for(person, stream, body.explanation),
            meta=session.meta,
        )

    def filing(session: Session, appeal_no: AppealNo) -> Filing:
        """Give what the appeal lacks: the first street and matter there are."""
        catalogue, fact = intake.in_force(session.now), fact_of(session, appeal_no)
        return Filing(
            street=fact.street or UnitCode(catalogue.streets()[0].code),
            matter=fact.matter or catalogue.matters()[0].code,
        )

    @routes.command("/appeals/{appeal_no}/case", roles=FILING, on=appeal, sample=filing)
    def file_case(session: Session, appeal_no: AppealPath, body: Filing) -> FileCase:
        """File it as a case (立案): it is dispatched at once."""
        must_be_own(session, appeal_no)
        catalogue = intake.in_force(session.now)
        check_codes(catalogue, body.street, body.matter)
        return FileCase(
            appeal_no=appeal_no,
            street=body.street,
            matter=body.matter,
            catalogue=catalogue.version,
            meta=session.meta,
        )

    @routes.command("/appeals/{appeal_no}/withdrawal", roles=SENDERS, on=appeal)
    def withdraw_appeal(session: Session, appeal_no: AppealPath) -> WithdrawAppeal:
        """Withdraw it at the caller's wish."""
        must_act_on(session, appeal_no)
        return WithdrawAppeal(appeal_no=appeal_no, meta=session.meta)


def linking(routes: CommandRoutes, _intake: Intake) -> None:
    """Add the routes that tie appeals to cases, and undo it."""

    @routes.command("/appeals/{appeal_no}/link", roles=LINKING, on=appeal, sample=other_case)
    def link_appeal(session: Session, appeal_no: AppealPath, body: Link) -> LinkAppeal:
        """Link it to a case about the same matter (重复件)."""
        must_not_be_recused(session.transaction.reading, session.actor, body.case_no)
        return LinkAppeal(
            appeal_no=appeal_no,
            case_no=body.case_no,
            target=_target(session, body.case_no),
            meta=session.meta,
        )

    @routes.command("/appeals/{appeal_no}/unlink", roles=LINKING, on=appeal)
    def unlink_appeal(session: Session, appeal_no: AppealPath) -> UnlinkAppeal:
        """Undo a link."""
        must_act_on(session, appeal_no)
        return UnlinkAppeal(appeal_no=appeal_no, meta=session.meta)


def _target(session: Session, case_no: CaseNo) -> LinkTarget | None:
    found = find_appeal(session.transaction.reading, AppealNo(case_no))
    if found is None:
        return None
    return LinkTarget(found.status, case_is_closed=found.case_status == "closed")
