"""Reading who led a case, what was objected and ruled, and what waits for a ruling."""

from collections.abc import Iterable, Sequence
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.http.paging import Cursor, Limit
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.event import Event
from contracts.events.dispatch import CaseObjected, EndOrdered, ObjectionRuled
from contracts.ids import CaseNo, UnitCode, case_stream
from contracts.sealed import Sealed
from services.dispatch.access import (
    Reader,
    must_not_be_recused,
    must_read_requests,
    must_see_case,
    read_today,
    sees_whole_city,
)
from services.dispatch.api.addresses import PREFIX, CaseInPath, ReadsTransfers
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.state import CaseFacts, CaseState, NoCase
from services.dispatch.views.transfers import (
    HopItem,
    ObjectionItem,
    OrderItem,
    RefusedDispatchItem,
    hops_of,
    list_objections,
    list_orders,
    list_refused_dispatches,
    objections_of,
)
from services.dispatch.views.whistles import WhistleFilter, list_whistles

_WHISTLES_MAX = 100

Step = Literal["objection", "ruling", "order"]


class Transfers(BaseModel):
    """Every unit that led a case, and every objection to it."""

    hops: list[HopItem]
    objections: list[ObjectionItem]


class TransferText(BaseModel):
    """What somebody wrote at a step; None when the text was erased."""

    step: Step
    round: int
    text: str | None


class TransferTexts(BaseModel):
    """The texts of a case's objections, rulings and order, first to last."""

    items: list[TransferText]
    total: int


def transfer_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes that read who led, and what waits for a ruling."""
    routes = APIRouter(prefix=PREFIX, tags=["transfers"])
    _of_a_case(routes, service, catalogue)
    _lists(routes, service)
    return routes


def _of_a_case(routes: APIRouter, service: Service, catalogue: Catalogue) -> None:
    def existing(case_no: CaseNo, state: CaseState) -> CaseFacts:
        if isinstance(state, NoCase):
            raise CaseUnknown(case_no=case_no)
        return state.facts

    def must_see(actor: Actor, case_no: CaseNo) -> None:
        facts = existing(case_no, service.load(case_stream(case_no)).state)
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, case_no)
            wanted = WhistleFilter(case_no=case_no)
            whistles = list_whistles(connection, wanted, None, _WHISTLES_MAX).items
        must_see_case(actor, facts, whistles, read_today(service, catalogue))

    @routes.get("/cases/{case_no}/transfers")
    def get_transfers(case_no: CaseInPath, actor: Reader) -> Transfers:
        """Show which units led a case, and what they objected."""
        must_see(actor, case_no)
        with service.store.reading() as connection:
            return Transfers(
                hops=hops_of(connection, case_no), objections=objections_of(connection, case_no)
            )

    @routes.get("/cases/{case_no}/transfer-texts")
    async def read_transfer_texts(case_no: CaseInPath, reads: ReadsTransfers) -> TransferTexts:
        """Read the basis of objections, and the reasons of rulings and order; it is noted."""
        history = list(service.history(case_stream(case_no)))
        written = _written(history)

        def opened(session: Session) -> tuple[Reading, TransferTexts]:
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            facts = existing(case_no, session.state(case_stream(case_no)))
            objectors = {one.unit for one in history if isinstance(one, CaseObjected)}
            must_read_requests(reads.actor, facts, objectors)
            items = [
                TransferText(step=step, round=round_no, text=session.texts.open(sealed))
                for step, round_no, sealed in written
            ]
            answer = TransferTexts(items=items, total=len(items))
            return reads.found(session, "basis", "reason"), answer

        return await reads.answer(opened)


def _written(history: Iterable[Event]) -> Sequence[tuple[Step, int, Sealed]]:
    """Give what was written at each step of a case, and in which round."""
    found: list[tuple[Step, int, Sealed]] = []
    for event in history:
        match event:
            case CaseObjected():
                found.append(("objection", event.round, event.basis))
            case ObjectionRuled():
                found.append(("ruling", event.round, event.reason))
            case EndOrdered():
                found.append(("order", event.round, event.reason))
            case _:
                continue
    return found


def _lists(routes: APIRouter, service: Service) -> None:
    def limited_to(actor: Actor) -> UnitCode | None:
        return None if sees_whole_city(actor) else UnitCode(actor.unit)

    @routes.get("/objections")
    def get_objections(
        actor: Reader, after: Cursor = None, limit: Limit = 100
    ) -> Page[ObjectionItem]:
        """List the objections that wait for a ruling; a district sees its own."""
        with service.store.reading() as connection:
            return list_objections(connection, limited_to(actor), after, limit)

    @routes.get("/orders")
    def get_orders(actor: Reader, after: Cursor = None, limit: Limit = 100) -> Page[OrderItem]:
        """List the ends by order; a district sees its own."""
        with service.store.reading() as connection:
            return list_orders(connection, limited_to(actor), after, limit)

    @routes.get("/refused-dispatches")
    def get_refused_dispatches(
        actor: Reader, after: Cursor = None, limit: Limit = 100
    ) -> Page[RefusedDispatchItem]:
        """List how often somebody tried to give a case to whom it may not go; a unit sees its own.

        Each says why not.
        """
        with service.store.reading() as connection:
            return list_refused_dispatches(connection, limited_to(actor), after, limit)
