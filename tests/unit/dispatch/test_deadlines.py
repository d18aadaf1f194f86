"""超期: a deadline that passes is recorded once, and lateness counts from what was due."""

import pytest

from services.dispatch.domain.case.decider import CASE
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CONTACT_BY,
    HANDLE_BY,
    OFFICER,
    SIGN_BY,
    SIGNED_AT,
    closed,
    dispatched,
    joined,
    left,
    march,
    missed,
)
from tests.unit.dispatch.histories import INSTANT, LATER, REPORTED, SIGNED, CaseHistory


class WhenADeadlinePasses:
    def test_the_miss_is_due_at_the_moment_itself(self) -> None:
        given(CASE, dispatched()).missed(SIGN_BY - INSTANT)
        given(CASE, dispatched()).missed(SIGN_BY, missed("sign", SIGN_BY, SIGN_BY))

    def test_lateness_counts_from_what_was_due_however_late_it_is_noticed(self) -> None:
        given(CASE, dispatched()).missed(
            LATER,
            missed("sign", SIGN_BY, LATER),
            missed("contact", CONTACT_BY, LATER),
            missed("handle", HANDLE_BY, LATER),
        )

    def test_what_was_signed_for_in_time_is_late_only_with_its_handling(self) -> None:
        miss = missed("handle", HANDLE_BY, LATER, handlers=(OFFICER,))
        given(CASE, *SIGNED).missed(LATER, miss)

    def test_the_miss_names_everyone_who_waits(self) -> None:
        history = (dispatched(), joined(BO, march(2, 10), callback_due=False, handlers=()))
        given(CASE, *history).missed(SIGN_BY, missed("sign", SIGN_BY, SIGN_BY, ANN, BO))

    def test_it_is_recorded_once(self) -> None:
        history = (dispatched(), missed("sign", SIGN_BY, SIGN_BY))
        given(CASE, *history).missed(march(2, 12))
        assert given(CASE, *history).open_milestones() == ["contact", "handle"]

    @pytest.mark.parametrize(
        "history",
        [REPORTED, (dispatched(), left(ANN, SIGNED_AT), closed("withdrawn"))],
        ids=["reported", "closed"],
    )
    def test_nothing_is_late_that_is_done(self, history: CaseHistory) -> None:
        given(CASE, *history).missed(LATER)
        assert given(CASE, *history).open_milestones() == []
