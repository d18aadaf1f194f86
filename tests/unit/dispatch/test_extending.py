"""延期: once, before the time is over, and never by itself (9.3 (9))."""

from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.extending import (
    ExtensionAlreadyRequested,
    ExtensionsUsedUp,
    ExtensionTooLate,
    ExtensionTooLong,
    NoExtensionRequested,
)
from services.dispatch.domain.case.policies import CaseNotSigned, CaseNotYours, NotYoursToDecide
from tests.given import given
from tests.unit.dispatch.cases import (
    DEPARTMENT,
    HANDLE_BY,
    OFFICER,
    dispatched,
    march,
    missed,
    officer,
    reported,
)
from tests.unit.dispatch.histories import INSTANT, SIGNED, facts_after
from tests.unit.dispatch.timing import (
    ASKING,
    DISTRICT_LEADER,
    EXTENDED_TO,
    HANDLE,
    ask_extension,
    deny_extension,
    extended,
    extension_denied,
    extension_granted,
    extension_requested,
    grant,
)

LATE = missed("handle", HANDLE_BY, HANDLE_BY, handlers=(OFFICER,))
GRANTED = (*ASKING, extension_granted())


class WhenAUnitAsksForTime:
    def test_the_clock_runs_on_meanwhile(self) -> None:
        given(CASE, *SIGNED).when(ask_extension()).then(extension_requested())
        assert facts_after(*ASKING).deadlines == (HANDLE,)

    def test_no_more_than_the_city_allows(self) -> None:
        refusal = given(CASE, *SIGNED).when(ask_extension(11)).refused(ExtensionTooLong)
        assert refusal.facts["most"] == 10
        given(CASE, *SIGNED).when(ask_extension(10)).then(extension_requested(10))

    def test_before_the_time_is_over(self) -> None:
        last = HANDLE_BY - INSTANT
        given(CASE, *SIGNED).when(ask_extension(at=last)).then(extension_requested(at=last))
        given(CASE, *SIGNED).when(ask_extension(at=HANDLE_BY)).refused(ExtensionTooLate)
        given(CASE, *SIGNED, LATE).when(ask_extension()).refused(ExtensionTooLate)

    def test_one_request_at_a_time(self) -> None:
        given(CASE, *ASKING).when(ask_extension()).refused(ExtensionAlreadyRequested)

    def test_once_in_a_round(self) -> None:
        given(CASE, *GRANTED).when(ask_extension()).refused(ExtensionsUsedUp)

    def test_a_denied_request_may_be_made_again(self) -> None:
        case = given(CASE, *ASKING, extension_denied())
        case.when(ask_extension()).then(extension_requested())

    def test_a_unit_signs_first(self) -> None:
        given(CASE, dispatched()).when(ask_extension()).refused(CaseNotSigned)

    def test_no_other_unit_asks(self) -> None:
        given(CASE, *SIGNED).when(ask_extension(unit=DEPARTMENT)).refused(CaseNotYours)


class WhenTheRequestIsAnswered:
    def test_the_days_count_from_the_old_due_time(self) -> None:
        given(CASE, *ASKING).when(grant()).then(extension_granted())
        assert extended().due_at == EXTENDED_TO
        assert facts_after(*GRANTED).deadlines == (extended(),)

    def test_the_district_grants_it_too(self) -> None:
        given(CASE, *ASKING).when(grant(DISTRICT_LEADER)).then(extension_granted(DISTRICT_LEADER))

    def test_never_the_unit_that_asks(self) -> None:
        given(CASE, *ASKING).when(grant(officer())).refused(NotYoursToDecide)
        given(CASE, *ASKING).when(deny_extension(officer())).refused(NotYoursToDecide)

    def test_a_denial_leaves_the_clock_as_it_was(self) -> None:
        given(CASE, *ASKING).when(deny_extension()).then(extension_denied())
        assert facts_after(*ASKING, extension_denied()).deadlines == (HANDLE,)

    def test_somebody_has_to_have_asked(self) -> None:
        given(CASE, *SIGNED).when(grant()).refused(NoExtensionRequested)
        given(CASE, *SIGNED).when(deny_extension()).refused(NoExtensionRequested)

    def test_once(self) -> None:
        given(CASE, *GRANTED).when(grant()).refused(NoExtensionRequested)

    def test_what_nobody_answers_in_time_changes_nothing(self) -> None:
        given(CASE, *ASKING).missed(HANDLE_BY, LATE)
        late = given(CASE, *ASKING, LATE)
        late.when(grant(at=march(9, 10))).refused(ExtensionTooLate)
        late.when(deny_extension(at=march(9, 10))).refused(NoExtensionRequested)

    def test_a_report_ends_the_request(self) -> None:
        assert facts_after(*ASKING, reported()).timing.extension is None


class WhenTheTimeWasExtended:
    def test_it_is_missed_by_its_new_end_alone(self) -> None:
        given(CASE, *GRANTED).missed(HANDLE_BY)
        later = missed("handle", EXTENDED_TO, EXTENDED_TO, handlers=(OFFICER,))
        given(CASE, *GRANTED).missed(EXTENDED_TO, later)

    def test_the_old_deadline_stays_in_the_ledger(self) -> None:
        clocks = facts_after(*GRANTED).timing.clocks
        handle = [one for one in clocks if one.deadline.milestone == "handle"]
        assert [one.state for one in handle] == ["lifted", "running"]
