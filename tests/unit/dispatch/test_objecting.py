"""退单异议: the unit says once, in time and with a basis, that a case is not its own."""

from dataclasses import replace

import pytest

from contracts.calendar import Limit
from contracts.policies import Policies
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.objecting import (
    CaseAlreadyRuled,
    ObjectionPending,
    ObjectionTooLate,
)
from services.dispatch.domain.case.policies import CaseAlreadyReported, CaseNotYours
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    DEPARTMENT,
    REPORTED_AT,
    STREET,
    TERMS,
    contacted,
    dispatched,
    noted,
    reopened,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.histories import INSTANT, LATER, REPORTED, SIGNED, CaseHistory, facts_after
from tests.unit.dispatch.transfers import (
    OBJECT_BY,
    OBJECTED_AT,
    OTHER_UNIT,
    RULED_AT,
    object_to,
    objected,
    redispatched,
    ruled,
)

OBJECTED: CaseHistory = (dispatched(), objected())


class WhenAUnitObjects:
    def test_it_says_so_with_its_basis(self) -> None:
        given(CASE, dispatched()).when(object_to()).then(objected())

    def test_also_when_it_has_signed(self) -> None:
        given(CASE, *SIGNED).when(object_to()).then(objected())

    def test_no_clock_stops(self) -> None:
        assert given(CASE, *OBJECTED).open_milestones() == ["sign", "contact", "handle"]

    def test_it_stays_accountable_and_goes_on_working(self) -> None:
        assert facts_after(*OBJECTED).unit == STREET
        given(CASE, *OBJECTED).when(sign()).then(signed())
        given(CASE, *OBJECTED, signed(), contacted()).when(report()).then(reported())

    def test_no_other_unit_objects(self) -> None:
        given(CASE, dispatched()).when(object_to(of=DEPARTMENT)).refused(CaseNotYours)

    def test_once(self) -> None:
        given(CASE, *OBJECTED).when(object_to()).refused(ObjectionPending)

    def test_not_after_reporting(self) -> None:
        given(CASE, *REPORTED).when(object_to(at=OBJECTED_AT)).refused(CaseAlreadyReported)


class WhenTheWindowCloses:
    def test_the_last_moment_is_in_time(self) -> None:
        last = OBJECT_BY - INSTANT
        given(CASE, dispatched()).when(object_to(at=last)).then(objected(at=last))

    def test_the_moment_it_closes_is_late_and_says_when_it_was(self) -> None:
        refusal = given(CASE, dispatched()).when(object_to(at=OBJECT_BY)).refused(ObjectionTooLate)
        assert refusal.facts["until"] == "2026-03-04 09:00"

    def test_its_length_is_policy(self) -> None:
        policies = Policies(objection=Limit(amount=1, unit="work_hour"))
        command = replace(object_to(), terms=replace(TERMS, policies=policies))
        given(CASE, dispatched()).when(command).refused(ObjectionTooLate)

    def test_it_counts_from_the_dispatch_and_not_from_the_round(self) -> None:
        again = (*REPORTED, noted(ANN, False), reopened(ANN))
        given(CASE, *again).when(object_to(at=LATER)).refused(ObjectionTooLate)

    def test_who_gets_the_case_later_has_it_from_then_on(self) -> None:
        late = OBJECT_BY + INSTANT
        history = (dispatched(), redispatched())
        given(CASE, *history).when(object_to(late, OTHER_UNIT)).then(objected(OTHER_UNIT, late))


class WhenThereWasARuling:
    @pytest.mark.parametrize(
        ("history", "unit"),
        [
            ((*OBJECTED, ruled("rejected")), STREET),
            ((*OBJECTED, ruled("upheld"), redispatched("objection_upheld")), OTHER_UNIT),
        ],
    )
    def test_nobody_returns_the_case(self, history: CaseHistory, unit: str) -> None:
        command = object_to(RULED_AT, unit)
        given(CASE, *history).when(command).refused(CaseAlreadyRuled)

    def test_nor_in_a_later_round(self) -> None:
        first = (*OBJECTED, ruled("rejected"), signed(at=RULED_AT), reported(at=REPORTED_AT))
        again = (*first, noted(ANN, False), reopened(ANN))
        given(CASE, *again).when(object_to(at=LATER)).refused(CaseAlreadyRuled)
