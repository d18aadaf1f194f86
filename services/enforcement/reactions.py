"""What enforcement does when others speak: a whistle opens an operation, an erasure takes a key.

The clocks start when the whistle is heard here, by the rules of the catalogue the whistle names.
"""

from collections.abc import Mapping
from datetime import datetime

from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.calendar import Deadline, compute
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.envelope import Envelope
from contracts.events.dispatch import SummonedUnit, WhistleBlown
from contracts.events.enforcement import OperationOpened, UnitTask
from contracts.events.intake import SubjectErased
from services.enforcement.domain.operation import OpenOperation

__all__ = ["opening", "reactions"]


def reactions(catalogue: Catalogue) -> Mapping[str, Reaction]:
    """Give what is done per wire name. None of it is ever refused: an error parks the case."""

    def on_whistle_blown(session: Session, event: WhistleBlown, _envelope: Envelope) -> None:
        opened = opening(event, catalogue.at(event.catalogue), session.now)
        session.execute(OpenOperation(event=opened), f"operation-{event.whistle_no}")

    return {
        WhistleBlown.wire: Reaction(on_whistle_blown),
        SubjectErased.wire: Reaction(_on_subject_erased),
    }


def _on_subject_erased(session: Session, event: SubjectErased, _envelope: Envelope) -> None:
    session.destroy_key(f"subject-{event.subject}")


def opening(whistle: WhistleBlown, version: CatalogueVersion, now: datetime) -> OperationOpened:
    """Turn a whistle heard at `now` into one task per unit, with both of its deadlines.

    Raises: UnknownLimit when the catalogue has none for this kind of whistle.
    """
    return OperationOpened(
        operation_no=whistle.whistle_no,
        case_no=whistle.case_no,
        round=whistle.round,
        street=whistle.street,
        kind=whistle.kind,
        subject=whistle.subject,
        tasks=tuple(_task(whistle, summoned, version, now) for summoned in whistle.units),
        opened_at=now,
    )


def _task(
    whistle: WhistleBlown, summoned: SummonedUnit, version: CatalogueVersion, now: datetime
) -> UnitTask:
    def due(step: str) -> Deadline:
        rule = f"whistle.{whistle.kind}.{step}"
        return compute(
            milestone=f"{step}/{summoned.unit}",
            round=whistle.round,
            rule=rule,
            start=now,
            limit=version.limit(rule),
            calendar=version.calendar,
        )

    return UnitTask(
        unit=summoned.unit,
        role=summoned.role,
        acknowledge=due("acknowledge"),
        report=due("report"),
    )
