"""A log of the first versions is read, folded and gone on with."""

from datetime import timedelta
from pathlib import Path

import pytest

import contracts
from chassis.decider import Meta
from contracts.envelope import Actor
from contracts.event import Event, parse_event
from contracts.events.enforcement import (
    OperationOpened,
    UnitAcknowledgementMissed,
    UnitReportMissed,
)
from contracts.ids import UnitCode
from services.enforcement.domain.operation.absence import NameAbsent
from services.enforcement.domain.operation.decider import OPERATION
from services.enforcement.domain.operation.state import Concluded, OperationState, Underway

_EXAMPLES = Path(contracts.__file__).parent / "examples"


def kept(wire: str) -> Event:
    """Read the bytes of an event as they were written."""
    return parse_event(wire, (_EXAMPLES / f"{wire}.json").read_bytes())


@pytest.fixture
def opened() -> OperationOpened:
    fact = kept("enforcement.operation_opened.v1")
    assert isinstance(fact, OperationOpened)
    return fact


def missed(fact: OperationOpened) -> list[UnitAcknowledgementMissed | UnitReportMissed]:
    """Miss everything, as the first version said so."""
    misses: list[UnitAcknowledgementMissed | UnitReportMissed] = []
    for task in fact.tasks:
        for step, due in (("acknowledgement", task.acknowledge), ("report", task.report)):
            miss = kept(f"enforcement.unit_{step}_missed.v1")
            assert isinstance(miss, UnitAcknowledgementMissed | UnitReportMissed)
            told = {"unit": task.unit, "due_at": due.due_at, "noticed_at": due.due_at}
            misses.append(miss.model_copy(update=told))
    return misses


class WhenALogOfTheFirstVersionIsRead:
    def test_it_belongs_to_the_one_district_and_its_clocks_ran_from_its_opening(
        self, opened: OperationOpened
    ) -> None:
        state = OPERATION.fold(OPERATION.initial, [opened])
        assert isinstance(state, Underway)
        assert (state.fact.district, state.fact.blown_at) == ("district", opened.opened_at)
        for task in state.tasks.values():
            assert task.seen_at == opened.opened_at
            report = task.owed.report
            used = (report.warn_at - report.started_at) / (report.due_at - report.started_at)
            assert used == pytest.approx(0.7)

    def test_what_was_missed_counts(self, opened: OperationOpened) -> None:
        state = OPERATION.fold(OPERATION.initial, [opened, *missed(opened)])
        assert isinstance(state, Underway)
        for task in state.tasks.values():
            assert task.counts(task.acknowledgement_missed)
            assert task.counts(task.report_missed)

    def test_the_street_can_end_it_now(self, opened: OperationOpened) -> None:
        """The bug of the first version: a department that never came, and nothing to be done."""
        state: OperationState = OPERATION.fold(OPERATION.initial, [opened, *missed(opened)])
        by = Actor(person="p-street", unit=opened.street, role="officer")
        at = max(task.report.due_at for task in opened.tasks) + timedelta(days=30)
        for task in opened.tasks:
            command = NameAbsent(
                operation_no=opened.operation_no,
                unit=UnitCode(task.unit),
                recused=frozenset(),
                meta=Meta(by, at),
            )
            state = OPERATION.fold(state, OPERATION.decide(command, state))
        assert isinstance(state, Concluded)
