"""Finds where the records of the services differ: one sentence per difference, with the number.

Pure. The records must be read when every service has processed all events: before that, a
difference is only an event under way.
"""

from collections.abc import Callable, Iterator

from whistle.reconciling.records import Appeal, Callback, Case, Records

__all__ = ["CHECKS", "differences"]

_OPEN_WHISTLES = {"proposed", "approved", "blown", "concluded"}
_ENDED_UNASKED = {"withdrawn", "ordered"}
"""Outcomes of cases that end whether or not anybody was called back."""
_OPERATION_OF = {
    "blown": {"underway"},
    "concluded": {"concluded"},
    "settled": {"concluded"},
    # One that was concluded and that nobody confirmed is cancelled, too.
    "cancelled": {"cancelled", "concluded"},
}


def differences(records: Records) -> list[str]:
    """Give all differences, check by check."""
    return [sentence for check in CHECKS for sentence in check(records)]


def _filed_and_cases(records: Records) -> Iterator[str]:
    """Every filed appeal is a case, and every case was filed."""
    filed = {appeal.appeal_no for appeal in records.appeals if _was_filed(appeal)}
    cases = {case.case_no for case in records.cases}
    for no in sorted(filed - cases):
        yield f"appeal {no} was filed at intake, but dispatch has no such case"
    for no in sorted(cases - filed):
        yield f"case {no} is at dispatch, but intake never filed it"


def _case_states_at_intake(records: Records) -> Iterator[str]:
    """Intake has the same status and round of a case as dispatch."""
    cases = {case.case_no: case for case in records.cases}
    for appeal in records.appeals:
        case = cases.get(appeal.appeal_no)
        if case is None or not _was_filed(appeal):
            continue
        if (appeal.case_status, appeal.case_round) != (case.status, case.round):
            yield (
                f"case {case.case_no} is {case.status} in round {case.round} at dispatch, "
                f"{appeal.case_status} in round {appeal.case_round} at intake"
            )


def _callers(records: Records) -> Iterator[str]:
    """A linked appeal has its case; a case is withdrawn exactly when no caller waits for it."""
    cases = {case.case_no: case for case in records.cases}
    for appeal in records.appeals:
        case = cases.get(appeal.case_no or "")
        if appeal.status == "linked" and case is None:
            yield f"appeal {appeal.appeal_no} is linked to case {appeal.case_no}, which is nowhere"
        if appeal.status == "filed" and case is not None and case.outcome == "withdrawn":
            yield f"appeal {appeal.appeal_no} still stands, but its case was closed as withdrawn"
    cases_with_whistle = {one.case_no for one in records.whistles if one.status in _OPEN_WHISTLES}
    for case in records.cases:
        if (
            case.status == "open"
            and case.caller_count < 1
            and case.case_no not in cases_with_whistle
        ):
            yield f"case {case.case_no} is open, but nobody waits for it"


def _whistles_and_operations(records: Records) -> Iterator[str]:
    """Every blown whistle has an operation, every operation a blown whistle; both end together."""
    blown = {one.whistle_no: one for one in records.whistles if one.blown_at is not None}
    operations = {one.operation_no: one for one in records.operations}
    for no in sorted(blown.keys() - operations.keys()):
        yield f"whistle {no} was blown at dispatch, but enforcement has no such operation"
    for no in sorted(operations.keys() - blown.keys()):
        yield f"operation {no} is at enforcement, but dispatch never blew that whistle"
    for no in sorted(blown.keys() & operations.keys()):
        if operations[no].status not in _OPERATION_OF[blown[no].status]:
            yield (
                f"whistle {no} is {blown[no].status} at dispatch, "
                f"its operation {operations[no].status} at enforcement"
            )


def _whistles_and_cases(records: Records) -> Iterator[str]:
    """A whistle has its case, which stays open as long as the whistle."""
    cases = {case.case_no: case for case in records.cases}
    for whistle in records.whistles:
        case = cases.get(whistle.case_no)
        if case is None:
            yield f"whistle {whistle.whistle_no} belongs to no case"
        elif case.status == "closed" and whistle.status in _OPEN_WHISTLES:
            yield f"case {case.case_no} is closed, but whistle {whistle.whistle_no} is open"


def _callbacks(records: Records) -> Iterator[str]:
    """Call-backs belong to a case; a closed case has none open, and had one in its last round."""
    cases = {case.case_no: case for case in records.cases}
    by_case: dict[str, list[Callback]] = {}
    for callback in records.callbacks:
        by_case.setdefault(callback.case_no, []).append(callback)
        if callback.case_no not in cases:
            yield f"call-back {callback.callback_no} belongs to no case"
    for case in records.cases:
        if case.status == "closed":
            yield from _callbacks_of_closed(case, by_case.get(case.case_no, []))


def _callbacks_of_closed(case: Case, callbacks: list[Callback]) -> Iterator[str]:
    for callback in callbacks:
        if callback.status == "open":
            yield f"case {case.case_no} is closed, but call-back {callback.callback_no} is open"
    asked = any(one.round == case.round and one.status != "open" for one in callbacks)
    if case.outcome not in _ENDED_UNASKED and not asked:
        yield f"case {case.case_no} was closed in round {case.round} without a call-back"


def _held(records: Records) -> Iterator[str]:
    """No event waits or is parked."""
    for one in records.held:
        yield f"{one.service} holds event {one.id} ({one.kind}): {one.type} of {one.stream}"


def _was_filed(appeal: Appeal) -> bool:
    """Say whether it ever became a case: withdrawing does not undo that."""
    became_case = appeal.case_no == appeal.appeal_no
    return appeal.status == "filed" or (appeal.status == "withdrawn" and became_case)


CHECKS: tuple[Callable[[Records], Iterator[str]], ...] = (
    _filed_and_cases,
    _case_states_at_intake,
    _callers,
    _whistles_and_operations,
    _whistles_and_cases,
    _callbacks,
    _held,
)
