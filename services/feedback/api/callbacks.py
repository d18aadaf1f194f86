"""Call-backs: the visitors' queue, one of them with its note, and the three acts."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.commands import etag
from chassis.http.paging import Cursor, Limit
from chassis.http.readings import Reads, reading
from chassis.http.texts import LongText
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.events.feedback import CallbackAnswers, CallbackScheduled
from contracts.ids import (
    CALLBACK_NO,
    UNIT_CODE_MAX,
    CallbackNo,
    CaseNo,
    UnitCode,
    callback_stream,
    case_stream,
)
from contracts.sealed import Sealed
from services.feedback.access import VISITORS, ReaderOfCallbacks, must_not_be_recused
from services.feedback.api.detail import CallbackDetail, detail_of
from services.feedback.domain.callback.asking import CompleteCallback, RecordAttempt
from services.feedback.domain.callback.participants import Participants
from services.feedback.domain.callback.policies import existing
from services.feedback.domain.callback.state import (
    CallbackState,
    Completed,
    NoCallback,
    Scheduled,
)
from services.feedback.domain.callback.waiving import WaiveCallback
from services.feedback.views.callbacks import (
    CallbackFilter,
    CallbackItem,
    CallbackStatus,
    list_callbacks,
)
from services.feedback.views.conflicts import recused_from
from services.feedback.views.participants import participants_of

CallbackPath = Annotated[CallbackNo, Path(pattern=CALLBACK_NO)]

ACTS = CommandRoutes("/feedback/v1", "callbacks")


async def _note(callback_no: CallbackPath) -> Reading:
    return Reading(what="note", about=callback_stream(callback_no))


def _caller(session: Session, asked: Reading) -> Reading:
    state: CallbackState = session.state(asked.about)
    if isinstance(state, NoCallback):
        return asked
    return asked.of([state.fact.subject], state.fact.case_no)


ReadsNotes = Annotated[Reads, reading(_note, _caller, *VISITORS)]


class Completion(Body, CallbackAnswers):
    """The three answers, and what a visitor adds."""

    note: LongText | None = None


class Nothing(Body):
    """A body without fields: the address says it all."""


class CallbackNote(BaseModel):
    """What a visitor noted; `note` is None when there is nothing, or it was erased."""

    callback_no: CallbackNo
    note: str | None


def reads(service: Service) -> APIRouter:
    """Give the routes that read call-backs."""
    routes = APIRouter(prefix="/feedback/v1", tags=["callbacks"])
    _list(routes, service)
    _single(routes, service)
    return routes


def _list(routes: APIRouter, service: Service) -> None:
    @routes.get("/callbacks")
    def get_callbacks(  # three filters and a page
        _actor: ReaderOfCallbacks,
        status: CallbackStatus | None = None,
        unit: Annotated[UnitCode | None, Query(max_length=UNIT_CODE_MAX)] = None,
        case_no: Annotated[CaseNo | None, Query(max_length=12)] = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[CallbackItem]:
        """List call-backs, the longest waiting first."""
        wanted = CallbackFilter(status, unit, case_no)
        with service.store.reading() as connection:
            return list_callbacks(connection, wanted, after, limit)


def _single(routes: APIRouter, service: Service) -> None:
    @routes.get("/callbacks/{callback_no}")
    def get_callback(
        callback_no: CallbackPath, response: Response, actor: ReaderOfCallbacks
    ) -> CallbackDetail:
        """Show one call-back as its events tell it; its ETag is the version."""
        loaded = service.load(callback_stream(callback_no))
        callback = existing(callback_no, loaded.state)
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, callback.fact)
        response.headers["ETag"] = etag(loaded.version)
        return detail_of(callback, loaded.version)

    @routes.get("/callbacks/{callback_no}/note")
    async def read_note(callback_no: CallbackPath, reads: ReadsNotes) -> CallbackNote:
        """Read what a visitor noted, None if nothing or erased; the reading is noted."""

        def noted(session: Session) -> tuple[Reading, CallbackNote]:
            callback = existing(callback_no, session.state(callback_stream(callback_no)))
            must_not_be_recused(session.transaction.reading, reads.actor, callback.fact)
            sealed = callback.note if isinstance(callback, Completed) else None
            found = CallbackNote(callback_no=callback_no, note=session.texts.open(sealed))
            return reads.found(session, "note"), found

        return await reads.answer(noted)


def _stream(callback_no: CallbackNo) -> tuple[str]:
    return (callback_stream(callback_no),)


@ACTS.command("/callbacks/{callback_no}/attempts", roles=VISITORS, on=_stream)
def record_attempt(
    session: Session, callback_no: CallbackPath, _body: Nothing | None = None
) -> RecordAttempt:
    """Record that the caller was not reached; the last attempt allowed ends the call-back."""
    fact = _fact(session, callback_no)
    return RecordAttempt(
        callback_no=callback_no,
        recused=_recused(session, fact),
        participants=_participants(session, fact),
        meta=session.meta,
    )


@ACTS.command(
    "/callbacks/{callback_no}/completion",
    roles=VISITORS,
    on=_stream,
    sample=Completion(contacted=True, resolved=True, satisfaction="satisfied"),
)
def complete_callback(
    session: Session, callback_no: CallbackPath, body: Completion
) -> CompleteCallback:
    """Record what the caller said."""
    fact = _fact(session, callback_no)
    return CompleteCallback(
        callback_no=callback_no,
        answers=CallbackAnswers.model_validate(body.model_dump(exclude={"note"})),
        note=_sealed(session, callback_no, body.note),
        recused=_recused(session, fact),
        participants=_participants(session, fact),
        meta=session.meta,
    )


@ACTS.command("/callbacks/{callback_no}/waiver", roles=VISITORS, on=_stream)
def waive_callback(
    session: Session, callback_no: CallbackPath, _body: Nothing | None = None
) -> WaiveCallback:
    """Record that the caller does not want to be asked; of what is over, nothing changes."""
    fact = _fact(session, callback_no)
    return WaiveCallback(
        callback_no=callback_no,
        ground="not_wanted",
        recused=_recused(session, fact),
        participants=_participants(session, fact),
        meta=session.meta,
    )


def _fact(session: Session, callback_no: CallbackNo) -> CallbackScheduled:
    return existing(callback_no, session.state(callback_stream(callback_no))).fact


def _recused(session: Session, fact: CallbackScheduled) -> frozenset[str]:
    return recused_from(session.transaction.reading, fact.case_no)


def _participants(session: Session, fact: CallbackScheduled) -> Participants:
    return participants_of(session.transaction.reading, fact.case_no)


def _sealed(session: Session, callback_no: CallbackNo, note: str | None) -> Sealed | None:
    """Keep a note; none of a call-back that is not open, because the command will be refused."""
    callback = session.state(callback_stream(callback_no))
    if note is None or not isinstance(callback, Scheduled):
        return None
    return session.texts.seal_for(callback.fact.subject, case_stream(callback.fact.case_no), note)
