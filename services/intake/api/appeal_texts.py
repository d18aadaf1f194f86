"""The texts of an appeal, read in order to work on it; every reading is an event."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.http.body import Body
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.event import Event
from contracts.events.intake import AppealAnswered, AppealDeclined
from contracts.ids import AppealNo, appeal_stream
from contracts.sealed import Sealed
from services.intake.access import must_work_on, recorded
from services.intake.api.parts import AppealPath, Intake, ReadsText, ReadsTextLater
from services.intake.domain.appeal.state import RecordedAppeal

FIELDS = ("title", "text", "address", "reply")


class TextReading(Body):
    """Why a leader reads what is out of time."""

    reason: Reason


class AppealTexts(BaseModel):
    """The texts of an appeal; None for what was never given, and for all that was erased."""

    appeal_no: AppealNo
    title: str | None
    text: str | None
    address: str | None
    reply: str | None
    erased: bool


def appeal_texts(routes: APIRouter, intake: Intake) -> None:
    """Add the routes that show texts."""
    service = intake.service

    @routes.get("/appeals/{appeal_no}/text")
    async def read_text(
        appeal_no: AppealPath,
        reads: ReadsText,
    ) -> AppealTexts:
        """Read title, text, address and our reply in order to work on it; it is an event."""
        reply = _reply_in(service.history(appeal_stream(appeal_no)))

        def texts(session: Session) -> tuple[Reading, AppealTexts]:
            appeal = recorded(session, appeal_no)
            must_work_on(session, appeal)
            return reads.found(session, *FIELDS), _texts(session, appeal, reply)

        return await reads.answer(texts)

    @routes.post("/appeals/{appeal_no}/text")
    async def read_text_for_reason(
        appeal_no: AppealPath,
        body: TextReading,
        reads: ReadsTextLater,
    ) -> AppealTexts:
        """Read the texts of a case of the own unit after their time, as a leader, for a reason."""
        reply = _reply_in(service.history(appeal_stream(appeal_no)))

        def texts(session: Session) -> tuple[Reading, AppealTexts]:
            appeal = recorded(session, appeal_no)
            must_work_on(session, appeal, is_for_reason=True)
            found = reads.found(session, *FIELDS, reason=body.reason)
            return found, _texts(session, appeal, reply)

        return await reads.answer(texts)


def _texts(session: Session, appeal: RecordedAppeal, reply: Sealed | None) -> AppealTexts:
    fact, opened = appeal.fact, session.texts.open
    text = opened(fact.text)
    return AppealTexts(
        appeal_no=fact.appeal_no,
        title=opened(fact.title),
        text=text,
        address=opened(fact.address),
        reply=opened(reply),
        erased=text is None,
    )


def _reply_in(history: Sequence[Event]) -> Sealed | None:
    """Give our answer or explanation to the caller; None for an appeal that has neither."""
    for event in history:
        if isinstance(event, AppealAnswered):
            return event.answer
        if isinstance(event, AppealDeclined):
            return event.explanation
    return None
