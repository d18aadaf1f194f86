"""What enforcement does about others' events: it opens operations and ends them with their whistle.

It also lifts clocks and destroys keys. The clocks start when the whistle was blown or the unit
added, by the limits of the catalogue that the whistle names.
"""

from collections.abc import Mapping

from chassis.decider import Meta
from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events.dispatch import (
    CallersErased,
    WhistleBlown,
    WhistleCancelled,
    WhistleUnitAdded,
)
from contracts.events.intake import SubjectErased
from contracts.ids import (
    OperationNo,
    case_stream,
    operation_of_whistle,
    operation_stream,
    subject_stream,
)
from services.enforcement.domain.operation.adding import AddTask
from services.enforcement.domain.operation.cancelling import CancelOperation
from services.enforcement.domain.operation.deadlines import LiftDeadlines
from services.enforcement.domain.operation.opening import OpenOperation, terms_of
from services.enforcement.views.cases import are_callers_erased


def reactions(catalogue: Catalogue) -> Mapping[type[Event], Reaction]:
    """Give what is done about each event. None of it is ever refused: an error parks the case."""

    def open_operation(session: Session, event: WhistleBlown, _envelope: Envelope) -> None:
        command = opening(event, catalogue.at(event.catalogue), session.meta)
        session.execute(command, operation_stream(command.operation_no))
        if are_callers_erased(session.transaction.reading, event.case_no):
            _lift_deadlines(session, command.operation_no)

    def add_task(session: Session, event: WhistleUnitAdded, _envelope: Envelope) -> None:
        command = adding(event, catalogue.at(event.catalogue), session.meta)
        session.execute(command, operation_stream(command.operation_no))
        if are_callers_erased(session.transaction.reading, event.case_no):
            _lift_deadlines(session, command.operation_no)

    return {
        WhistleBlown: Reaction(open_operation),
        WhistleUnitAdded: Reaction(add_task),
        WhistleCancelled: Reaction(_cancel),
        CallersErased: Reaction(_after_erasure),
        SubjectErased: Reaction(_destroy_key),
    }


def _cancel(session: Session, event: WhistleCancelled, _envelope: Envelope) -> None:
    operation_no = operation_of_whistle(event.whistle_no)
    command = CancelOperation(operation_no=operation_no, meta=session.meta)
    session.execute(command, operation_stream(operation_no))


def _after_erasure(session: Session, event: CallersErased, _envelope: Envelope) -> None:
    """Nobody is left who waits for the case: its own texts go, and its units are not timed."""
    session.texts.renew_key(case_stream(event.case_no))
    for whistle_no in event.open_whistles:
        _lift_deadlines(session, operation_of_whistle(whistle_no))


def _lift_deadlines(session: Session, operation_no: OperationNo) -> None:
    command = LiftDeadlines(operation_no=operation_no, meta=session.meta)
    session.execute(command, operation_stream(operation_no))


def _destroy_key(session: Session, event: SubjectErased, _envelope: Envelope) -> None:
    session.texts.destroy_key(subject_stream(event.subject))


def opening(whistle: WhistleBlown, version: CatalogueVersion, meta: Meta) -> OpenOperation:
    """Give the command that a whistle stands for. Raises: UnknownLimit, UnknownUnit."""
    return OpenOperation(
        operation_no=operation_of_whistle(whistle.whistle_no),
        case_no=whistle.case_no,
        round=whistle.round,
        street=whistle.street,
        district=whistle.district,
        blown_at=whistle.blown_at,
        kind=whistle.kind,
        units=whistle.units,
        subject=whistle.subject,
        terms=terms_of(whistle.kind, (one.unit for one in whistle.units), version),
        meta=meta,
    )


def adding(added: WhistleUnitAdded, version: CatalogueVersion, meta: Meta) -> AddTask:
    """Give the command that one more unit stands for. Raises: UnknownLimit, UnknownUnit."""
    return AddTask(
        operation_no=operation_of_whistle(added.whistle_no),
        summoned=added.summoned,
        added_at=added.added_at,
        terms=terms_of(added.kind, (added.summoned.unit,), version),
        meta=meta,
    )
