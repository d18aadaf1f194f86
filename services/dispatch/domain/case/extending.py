"""延期: more time to handle, asked for before the time is over (山东省政务服务热线管理办法).

The clock runs on while a request waits, and a request that nobody answers in time changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.calendar import Calendar, Deadline
from contracts.events.dispatch import ExtensionDenied, ExtensionGranted, ExtensionRequested
from contracts.ids import CaseNo
from contracts.moved_deadline import extend
from contracts.policies import Policies
from contracts.sealed import Sealed
from services.dispatch.domain.case.policies import must_be_at_work, must_handle, must_oversee
from services.dispatch.domain.case.state import CaseFacts, OpenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension:
    """申请延期 (山东省政务服务热线管理办法): with the reason that the caller is given."""

    case_no: CaseNo
    workdays: int
    reason: Sealed
    policies: Policies
    meta: Meta


class ExtensionTooLate(Refusal):
    """已过办理时限 (9.3 (9); 山东省政务服务热线管理办法): no time is added to what is over."""

    code = "extension_too_late"
    zh = "工单 {case_no} 没有未到期的办理时限，不能再延期；请尽快办理并反馈。"
    en = "No time to handle case {case_no} is running any more; handle it and report soon."


class ExtensionTooLong(Refusal):
    """延期过长 (山东省政务服务热线管理办法: generally no more than 10 工作日; policy data)."""

    code = "extension_too_long"
    zh = "一次最多延期 {most} 个工作日；请减少天数后再申请。"
    en = "An extension has {most} working days at most; ask for fewer."


class ExtensionsUsedUp(Refusal):
    """延期次数已用完 (山东省政务服务热线管理办法: once; policy data)."""

    code = "extensions_used_up"
    zh = "工单 {case_no} 本轮已延期 {most} 次，不能再延；确有客观原因的请申请挂账。"
    en = "Case {case_no} was extended {most} times in this round; if need be ask for a suspension."


class ExtensionAlreadyRequested(Refusal):
    """延期申请待批 (our default): one request at a time."""

    code = "extension_already_requested"
    zh = "工单 {case_no} 已有待批的延期申请；请等待答复。"
    en = "A request to extend case {case_no} waits for its answer; wait for that."


class NoExtensionRequested(Refusal):
    """无待批延期申请 (our default): there is nothing to grant or to deny."""

    code = "no_extension_requested"
    zh = "工单 {case_no} 没有待批的延期申请；请刷新后再看。"
    en = "Nobody asks to extend case {case_no}; look at the case again."


def request_extension(command: RequestExtension, state: OpenCase) -> ExtensionRequested:
    """Ask for working days on top of the time to handle.

    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, ExtensionTooLate, ExtensionsUsedUp,
    ExtensionAlreadyRequested, ExtensionTooLong.
    """
    facts, policies = state.facts, command.policies
    must_handle(command.meta.by.unit, facts)
    must_be_at_work(state)
    _running(facts, command.meta.at)
    if facts.timing.extensions_granted >= policies.extensions_max:
        raise ExtensionsUsedUp(case_no=facts.case_no, most=policies.extensions_max)
    if facts.timing.extension is not None:
        raise ExtensionAlreadyRequested(case_no=facts.case_no)
    if command.workdays > policies.extension_workdays_max:
        raise ExtensionTooLong(most=policies.extension_workdays_max)
    return ExtensionRequested(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        workdays=command.workdays,
        reason=command.reason,
        requested_by=command.meta.by.person,
        requested_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension:
    """准予延期 (山东省政务服务热线管理办法): by dispatcher or district, in time."""

    case_no: CaseNo
    calendar: Calendar
    policies: Policies
    meta: Meta


def grant_extension(command: GrantExtension, state: OpenCase) -> ExtensionGranted:
    """Give the working days, counted from the old due time.

    Raises: NotYoursToDecide, ExtensionTooLate, NoExtensionRequested.
    """
    facts = state.facts
    must_oversee(command.meta.by, facts)
    deadline = _running(facts, command.meta.at)
    request = _requested(facts)
    yellow = command.policies.yellow_at_per_cent
    return ExtensionGranted(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        deadline=extend(deadline, request.workdays, command.calendar, yellow),
        granted_by=command.meta.by.person,
        granted_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyExtension:
    """不予延期 (our default): by the same as grant it, with a reason."""

    case_no: CaseNo
    reason: Sealed
    meta: Meta


def deny_extension(command: DenyExtension, state: OpenCase) -> ExtensionDenied:
    """Turn the request down. Raises: NotYoursToDecide, NoExtensionRequested."""
    facts = state.facts
    must_oversee(command.meta.by, facts)
    _requested(facts)
    return ExtensionDenied(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        reason=command.reason,
        denied_by=command.meta.by.person,
        denied_at=command.meta.at,
    )


def _running(facts: CaseFacts, at: datetime) -> Deadline:
    """Give the time to handle while it runs. Raises: ExtensionTooLate."""
    for deadline in facts.deadlines:
        if deadline.milestone == "handle" and at < deadline.due_at:
            return deadline
    raise ExtensionTooLate(case_no=facts.case_no)


def _requested(facts: CaseFacts) -> ExtensionRequested:
    """Give the request that waits. Raises: NoExtensionRequested."""
    if facts.timing.extension is None:
        raise NoExtensionRequested(case_no=facts.case_no)
    return facts.timing.extension
