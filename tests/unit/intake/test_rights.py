"""Rights come with a task and end with it."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Forbidden
from contracts.values import AppealKind, WhistleKind
from services.intake.domain.rights import (
    PHONE_POLICY,
    RETENTION,
    CallerConfidential,
    CaseNotYours,
    ContactOutOfTime,
    PhoneByRelayOnly,
    Task,
    TextsOutOfTime,
    must_be_told,
    must_call,
    must_read_texts,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNIT = "fire-rescue"
OPEN, OVER = Task(), Task(ended_at=NOW)
SECOND = timedelta(seconds=1)
KINDS: tuple[AppealKind, ...] = get_args(AppealKind)


def read(
    tasks: list[Task], at: datetime, kind: AppealKind = "help", *, reason: bool = False
) -> None:
    must_read_texts(UNIT, tasks, kind, at, is_for_reason=reason)


class WhenTextsAreRead:
    def test_a_unit_without_a_task_reads_none_not_even_for_a_reason(self) -> None:
        for reason in (True, False):
            with pytest.raises(CaseNotYours):
                read([], NOW, reason=reason)

    def test_a_unit_with_a_task_reads_them_however_long_it_lasts(self) -> None:
        read([OPEN], NOW + timedelta(days=1_000))

    @pytest.mark.parametrize("kind", KINDS)
    def test_after_its_task_it_reads_them_as_long_as_they_are_kept_for_it(
        self, kind: AppealKind
    ) -> None:
        last = NOW + RETENTION[kind]
        read([OVER], last - SECOND, kind)
        with pytest.raises(TextsOutOfTime):
            read([OVER], last, kind)

    def test_then_its_leader_reads_for_a_reason(self) -> None:
        read([OVER], NOW + timedelta(days=1_000), reason=True)

    def test_the_last_task_to_end_counts(self) -> None:
        earlier = Task(ended_at=NOW - timedelta(days=300))
        read([earlier, OVER], NOW + SECOND)
        read([earlier, OPEN], NOW + SECOND)

    def test_every_kind_of_appeal_has_a_retention(self) -> None:
        assert RETENTION.keys() == set(KINDS)


class WhenACallerIsToBeReached:
    def test_the_unit_needs_a_task_that_lasts(self) -> None:
        must_call(UNIT, [OVER, OPEN])
        with pytest.raises(ContactOutOfTime):
            must_call(UNIT, [OVER])
        with pytest.raises(CaseNotYours):
            must_call(UNIT, [])


class WhenAUnitAsksForFields:
    def test_a_relay_number_and_a_name_are_given(self) -> None:
        must_be_told(("name", "relay_number"), [OPEN], is_confidential=False)

    def test_of_a_confidential_caller_the_relay_number_alone_is(self) -> None:
        must_be_told(("relay_number",), [OPEN], is_confidential=True)

    @given(
        fields=st.sets(st.sampled_from(["name", "phone", "relay_number"]), min_size=1),
        kinds=st.lists(st.sampled_from([None, *get_args(WhistleKind)]), min_size=1),
    )
    def test_a_confidential_caller_is_never_named(
        self, fields: set[str], kinds: list[WhistleKind | None]
    ) -> None:
        tasks = [Task(whistle=kind) for kind in kinds]
        allowed = fields == {"relay_number"}
        with nullcontext() if allowed else pytest.raises(CallerConfidential):
            must_be_told(tuple(fields), tasks, is_confidential=True)

    @pytest.mark.parametrize("kind", [None, *get_args(WhistleKind)])
    def test_the_phone_itself_is_given_where_the_policy_has_a_row_for_it(
        self, kind: WhistleKind | None
    ) -> None:
        allowed = kind == "emergency"
        with nullcontext() if allowed else pytest.raises(PhoneByRelayOnly):
            must_be_told(("phone",), [Task(whistle=kind)], is_confidential=False)

    def test_an_emergency_that_is_over_gives_no_phone(self) -> None:
        with pytest.raises(PhoneByRelayOnly):
            must_be_told(("phone",), [Task(NOW, "emergency"), OPEN], is_confidential=False)

    def test_the_policy_has_a_row_for_every_kind_of_whistle(self) -> None:
        assert PHONE_POLICY.keys() == set(get_args(WhistleKind))


def test_each_no_is_a_refusal_that_is_noted() -> None:
    for refusal in (CaseNotYours, TextsOutOfTime, ContactOutOfTime, PhoneByRelayOnly):
        assert issubclass(refusal, Forbidden)
