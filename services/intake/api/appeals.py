"""Appeals over HTTP: receive one, and decide what becomes of it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import Refusal
from chassis.http.commands import Commands, Reply, commanding
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.values import DeclineGround
from services.intake.api.parts import AppealNo, Intake
from services.intake.api.rights import must_be_own, owners
from services.intake.domain.appeal import (
    AnswerAppeal,
    AppealUnknown,
    DeclineAppeal,
    FileCase,
    LinkAppeal,
    UnlinkAppeal,
    WithdrawAppeal,
)
from services.intake.domain.classification import check_codes
from services.intake.receiving import Complaint, receive
from services.intake.views.appeals import find_appeal

__all__ = ["deciding", "linking", "receiving"]

Agents = Annotated[Commands, commanding("agent")]


class NoOpenCase(Refusal):
    code = "no_open_case"
    zh = "{case_no} 不是在办工单，不能关联；请核对编号，或单独立案。"
    en = "{case_no} is not an open case; check the number, or file this appeal for itself."


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(Body):
    answer: LongText


class Decline(Body):
    ground: DeclineGround
    explanation: LongText


class Filing(Body):
    street: str | None = Field(default=None, max_length=64)
    matter: str | None = Field(default=None, max_length=64)


class Link(Body):
    case_no: str = Field(pattern=r"^[0-9]{12}$")


def receiving(routes: APIRouter, intake: Intake) -> None:
    """Add the route that takes complaints in."""

    @routes.post("/appeals", status_code=201)
    async def receive_appeal(
        complaint: Complaint, commands: Annotated[Commands, commanding("agent", "integrator")]
    ) -> Reply:
        """Receive a complaint. The same `(source, external_no)` again gets the first answer.

        `Whistle-Already-There: true` says that it had been received before, by whatever key.
        """
        version, already = intake.in_force(), list[bool]()
        reply = await commands.execute(
            lambda session: already.append(receive(session, complaint, version))
        )
        if True in already:
            commands.response.headers["Whistle-Already-There"] = "true"
        return reply


def deciding(routes: APIRouter, intake: Intake) -> None:
    """Add the routes by which an agent settles an appeal."""

    @routes.post("/appeals/{appeal_no}/answer")
    async def answer_appeal(appeal_no: AppealNo, body: Answer, commands: Agents) -> Reply:
        """Answer on the spot (直接答复)."""
        return await _on(
            commands,
            appeal_no,
            lambda session: AnswerAppeal(
                appeal_no=appeal_no,
                answer=session.seal(body.answer, *owners(session, appeal_no)),
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/appeals/{appeal_no}/decline")
    async def decline_appeal(appeal_no: AppealNo, body: Decline, commands: Agents) -> Reply:
        """Decline on one of six grounds (不予派单)."""
        return await _on(
            commands,
            appeal_no,
            lambda session: DeclineAppeal(
                appeal_no=appeal_no,
                ground=body.ground,
                explanation=session.seal(body.explanation, *owners(session, appeal_no)),
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/appeals/{appeal_no}/case")
    async def file_case(
        appeal_no: AppealNo,
        body: Filing,
        commands: Annotated[Commands, commanding("agent", "integrator")],
    ) -> Reply:
        """File it as a case (立案): it is dispatched at once."""
        version = intake.in_force()

        def command(session: Session) -> FileCase:
            must_be_own(session, appeal_no)
            check_codes(version, body.street, body.matter)
            return FileCase(
                appeal_no=appeal_no,
                street=body.street,
                matter=body.matter,
                catalogue=version.version,
                by=session.actor.person,
                at=session.now,
            )

        return await _on(commands, appeal_no, command)


def linking(routes: APIRouter, _intake: Intake) -> None:
    """Add the routes that tie appeals to cases, and undo it."""

    @routes.post("/appeals/{appeal_no}/link")
    async def link_appeal(appeal_no: AppealNo, body: Link, commands: Agents) -> Reply:
        """Link it to a case about the same matter (重复件)."""
        return await _on(
            commands,
            appeal_no,
            lambda session: LinkAppeal(
                appeal_no=appeal_no,
                case_no=_open_case(session, body.case_no),
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/appeals/{appeal_no}/unlink")
    async def unlink_appeal(appeal_no: AppealNo, commands: Agents) -> Reply:
        """Undo a link."""
        return await _on(
            commands,
            appeal_no,
            lambda session: UnlinkAppeal(
                appeal_no=appeal_no, by=session.actor.person, at=session.now
            ),
        )

    @routes.post("/appeals/{appeal_no}/withdrawal")
    async def withdraw_appeal(
        appeal_no: AppealNo, commands: Annotated[Commands, commanding("agent", "integrator")]
    ) -> Reply:
        """Withdraw it at the caller's wish."""

        def command(session: Session) -> WithdrawAppeal:
            must_be_own(session, appeal_no)
            return WithdrawAppeal(appeal_no=appeal_no, by=session.actor.person, at=session.now)

        return await _on(commands, appeal_no, command)


async def _on(commands: Commands, appeal_no: str, make: Callable[[Session], Any]) -> Reply:
    stream = f"appeal-{appeal_no}"
    return await commands.execute(lambda session: session.execute(make(session), stream), stream)


def _open_case(session: Session, case_no: str) -> str:
    """Let an appeal only be linked to a case that is there and, as far as is known, open."""
    row = find_appeal(session.connection, case_no)
    if row is None:
        raise AppealUnknown(appeal_no=case_no)
    if row["status"] != "filed" or row["case_status"] == "closed":
        raise NoOpenCase(case_no=case_no)
    return case_no
