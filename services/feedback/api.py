"""Feedback over HTTP: the visitors' queue, what a caller said, and the scores that come of it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict

from chassis.errors import Malformed, Unknown
from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import allow
from chassis.http.paging import Cursor, Limit, Page
from chassis.http.texts import LongText
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.events.feedback import CallbackAnswers
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from services.feedback.detail import CallbackDetail, detail_of
from services.feedback.domain.callback import (
    CallbackCommand,
    CallbackUnknown,
    CompleteCallback,
    NoCallback,
    RecordAttempt,
    Scheduled,
    WaiveCallback,
)
from services.feedback.scoreboard import ListKind, Scores, find_unit, scoreboard
from services.feedback.views.callbacks import CallbackFilter, list_callbacks
from services.feedback.views.scores import Period, count_by_unit, list_counted

__all__ = ["callbacks_router", "scores_router"]


CallbackNo = Annotated[str, Path(pattern=r"^[0-9]{12}-R[1-9][0-9]{0,3}$")]
UnitCode = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Visitors = Annotated[Commands, commanding("visitor")]
Reader = Annotated[Actor, Depends(allow("visitor", "operator", "auditor", "agent"))]
Staff = Annotated[
    Actor, Depends(allow("auditor", "operator", "leader", "officer", "visitor", "agent"))
]
Anyone = Annotated[
    Actor,
    Depends(allow("auditor", "operator", "leader", "officer", "visitor", "agent", "integrator")),
]


class PeriodReversed(Malformed):
    code = "period_reversed"
    zh = "考核期的起始日 {first} 晚于截止日 {last}；请对调 from 与 until。"
    en = "The period begins on {first}, after it ends on {last}; exchange `from` and `until`."


class UnitUnknown(Unknown):
    code = "unit_unknown"
    zh = "没有编码为 {unit} 的单位；请从目录中选择单位编码。"
    en = "There is no unit {unit}; choose the code of one from the catalogue."


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Completion(Body, CallbackAnswers):
    """The three answers, and what else there is to say."""

    note: LongText | None = None


class Nothing(Body):
    """A body without fields: the address says it all."""


def period(
    first: Annotated[date | None, Query(alias="from", description="first local day")] = None,
    last: Annotated[date | None, Query(alias="until", description="last local day")] = None,
) -> Period:
    """Read a period of local days, both included. Raises: PeriodReversed."""
    if first and last and first > last:
        raise PeriodReversed(first=first, last=last)
    return Period(first, last)


def callbacks_router(service: Service) -> APIRouter:
    """Give the routes of call-backs."""
    routes = APIRouter(prefix="/feedback/v1", tags=["callbacks"])
    _reading(routes, service)
    _asking(routes)
    return routes


def _reading(routes: APIRouter, service: Service) -> None:
    @routes.get("/callbacks")
    def get_callbacks(
        _actor: Reader,
        status: Literal["open", "completed", "waived"] | None = None,
        unit: Annotated[str | None, Query(max_length=64)] = None,
        case_no: Annotated[str | None, Query(max_length=12)] = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[dict[str, Any]]:
        """List call-backs, the longest waiting first."""
        wanted = CallbackFilter(status, unit, case_no)
        with service.store.reading() as connection:
            items, total, following = list_callbacks(connection, wanted, after, limit)
        return Page(items=items, total=total, next=following)

    @routes.get("/callbacks/{callback_no}")
    def get_callback(callback_no: CallbackNo, response: Response, _actor: Reader) -> CallbackDetail:
        """Show one call-back as its events tell it; its ETag is the version."""
        loaded = service.load(f"callback-{callback_no}")
        if isinstance(loaded.state, NoCallback):
            raise CallbackUnknown(callback_no=callback_no)
        response.headers["ETag"] = etag(loaded.version)
        return detail_of(loaded.state, loaded.version)

    @routes.get("/callbacks/{callback_no}/note")
    async def read_note(
        callback_no: CallbackNo, actor: Annotated[Actor, Depends(allow("visitor"))]
    ) -> dict[str, str | None]:
        """Read what a visitor noted, None if nothing or erased; the access is noted."""
        found: list[str | None] = []

        def read(session: Session) -> None:
            stream = f"callback-{callback_no}"
            state = session.state(stream)
            if isinstance(state, NoCallback):
                raise CallbackUnknown(callback_no=callback_no)
            found.append(session.open(getattr(state, "note", None)))
            session.note_access(stream, "note")

        await service.ask(actor, read)
        return {"callback_no": callback_no, "note": found[-1]}


def _asking(routes: APIRouter) -> None:
    @routes.post("/callbacks/{callback_no}/attempts")
    async def record_attempt(
        callback_no: CallbackNo, commands: Visitors, _body: Nothing | None = None
    ) -> Reply:
        """Record that the caller was not reached; the last attempt allowed ends the call-back."""
        return await _on(
            commands,
            callback_no,
            lambda session: RecordAttempt(
                callback_no=callback_no, actor=session.actor, at=session.now
            ),
        )

    @routes.post("/callbacks/{callback_no}/completion")
    async def complete_callback(
        callback_no: CallbackNo, body: Completion, commands: Visitors
    ) -> Reply:
        """Record what the caller said."""
        answers = CallbackAnswers.model_validate(body.model_dump(exclude={"note"}))
        return await _on(
            commands,
            callback_no,
            lambda session: CompleteCallback(
                callback_no=callback_no,
                answers=answers,
                note=_seal(session, callback_no, body.note),
                actor=session.actor,
                at=session.now,
            ),
        )

    @routes.post("/callbacks/{callback_no}/waiver")
    async def waive_callback(
        callback_no: CallbackNo, commands: Visitors, _body: Nothing | None = None
    ) -> Reply:
        """Record that the caller does not want to be asked; of what is over, nothing changes."""
        return await _on(
            commands,
            callback_no,
            lambda session: WaiveCallback(
                callback_no=callback_no, ground="not_wanted", actor=session.actor, at=session.now
            ),
        )


async def _on(
    commands: Commands, callback_no: str, make: Callable[[Session], CallbackCommand]
) -> Reply:
    stream = f"callback-{callback_no}"
    return await commands.execute(lambda session: session.execute(make(session), stream), stream)


def _seal(session: Session, callback_no: str, note: str | None) -> Sealed | None:
    """Keep a note under the key of the person it is about, of the case where there is none."""
    state = session.state(f"callback-{callback_no}")
    if note is None or not isinstance(state, Scheduled):
        return None
    fact, case = state.fact, f"case-{state.fact.case_no}"
    owners = (f"subject-{fact.subject}", case) if fact.subject else (case,)
    return session.seal(note, *owners)


def scores_router(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes of scores."""
    routes = APIRouter(prefix="/feedback/v1", tags=["scores"])

    @routes.get("/scores")
    def get_scores(
        _actor: Anyone,
        asked: Annotated[Period, Depends(period)],
        kind: ListKind | None = None,
    ) -> Scores:
        """Give the three rates, the score and the place of every unit, by the policy it names."""
        today = service.clock.now().astimezone(SHANGHAI).date()
        with service.store.reading() as connection:
            tallies = count_by_unit(connection, asked)
        return scoreboard(catalogue, tallies, asked, today, kind)

    @routes.get("/scores/{unit}/callbacks")
    def get_counted(
        unit: UnitCode,
        _actor: Staff,
        asked: Annotated[Period, Depends(period)],
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[dict[str, Any]]:
        """List the call-backs that a unit's figures are made of."""
        with service.store.reading() as connection:
            items, total, following = list_counted(connection, unit, asked, after, limit)
        if not total and find_unit(catalogue, unit) is None:
            raise UnitUnknown(unit=unit)
        return Page(items=items, total=total, next=following)

    return routes
