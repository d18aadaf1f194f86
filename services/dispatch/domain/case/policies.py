"""Rules that several steps share: whose case it is, and whether it is being handled."""

from chassis.errors import Forbidden, OfficerRecused, Refusal
from contracts.envelope import Actor
from services.dispatch.domain.case.state import CaseFacts, Dispatched, OpenCase, Reported

LEADERS = frozenset({"leader", "director"})
"""These decide for their own unit."""


class CaseNotYours(Forbidden):
    """非本单位承办 (art. 14): the unit that got the case answers for it, and no other."""

    code = "case_not_yours_to_handle"
    zh = "工单 {case_no} 由 {unit} 承办，{acting} 不能操作；请联系承办单位。"
    en = "Case {case_no} is handled by {unit}; {acting} cannot act on it, so ask that unit."


def must_handle(unit: str, facts: CaseFacts) -> None:
    """Check that a unit answers for the case. Raises: CaseNotYours."""
    if unit != facts.unit:
        raise CaseNotYours(case_no=facts.case_no, unit=facts.unit, acting=unit)


def must_not_be_recused(person: str, facts: CaseFacts) -> None:
    """Keep out who has a conflict of interest. Raises: OfficerRecused."""
    if person in facts.recused:
        raise OfficerRecused(case_no=facts.case_no)


class CaseNotSigned(Refusal):
    """工单未签收 (our default): a unit signs for a case before it works on it."""

    code = "case_not_signed"
    zh = "工单 {case_no} 尚未签收；请先签收。"
    en = "Case {case_no} is not signed for; sign it first."


class CaseAlreadyReported(Refusal):
    """工单已反馈 (our default): a round is reported once, and then its callers are asked."""

    code = "case_already_reported"
    zh = "工单 {case_no} 本轮已反馈，请等待回访；来电人不认可的会重新交办。"
    en = "Case {case_no} is reported for this round; wait for the call-back, which may reopen it."


class WhistleStillOpen(Refusal):
    """尚有未销之哨 (our default): what the units were called for comes to its end first."""

    code = "whistle_still_open"
    zh = "工单 {case_no} 还有未销的哨 {whistle_no}；请先验收销哨。"
    en = "Case {case_no} has the open whistle {whistle_no}; settle that first."


def must_be_signed(state: OpenCase) -> None:
    """Check that the unit works on the case, and alone.

    Raises: CaseNotSigned, CaseAlreadyReported, WhistleStillOpen.
    """
    must_be_at_work(state)
    for whistle_no in state.facts.open_whistles:
        raise WhistleStillOpen(case_no=state.facts.case_no, whistle_no=whistle_no)


def must_be_at_work(state: OpenCase) -> None:
    """Check that the unit works on the case. Raises: CaseNotSigned, CaseAlreadyReported."""
    if isinstance(state, Dispatched):
        raise CaseNotSigned(case_no=state.facts.case_no)
    must_not_be_reported(state)


def must_not_be_reported(state: OpenCase) -> None:
    """Check that the round is not reported yet. Raises: CaseAlreadyReported."""
    if isinstance(state, Reported):
        raise CaseAlreadyReported(case_no=state.facts.case_no)


class NotYoursToDecide(Forbidden):
    """无权决定 (our default): dispatcher or district decide, never the unit that asks."""

    code = "not_yours_to_decide"
    zh = "工单 {case_no} 的此项由派单员或 {district} 决定；请联系他们。"
    en = "A dispatcher or {district} decides this of case {case_no}; ask one of them."


def must_oversee(by: Actor, facts: CaseFacts) -> None:
    """Check that somebody may decide for the hotline or the district. Raises: NotYoursToDecide."""
    if by.role != "dispatcher" and by.unit != facts.district:
        raise NotYoursToDecide(case_no=facts.case_no, district=facts.district)


class NotTheDistrict(Forbidden):
    """非本区 (our default): the district of the place decides, by a leader or its director."""

    code = "not_the_district"
    zh = "工单 {case_no} 的此项由 {district} 决定；请联系区里。"
    en = "{district} decides this of case {case_no}; ask the district."


def must_be_district(by: Actor, facts: CaseFacts) -> None:
    """Check that somebody acts for the district of the place. Raises: NotTheDistrict."""
    if by.unit != facts.district:
        raise NotTheDistrict(case_no=facts.case_no, district=facts.district)
