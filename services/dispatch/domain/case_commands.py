"""What can be asked of a case, and the ways it says no."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.errors import Forbidden, Refusal, Unknown
from contracts.events.dispatch import CaseDispatched
from contracts.sealed import Sealed
from contracts.values import Caller, Satisfaction
from services.dispatch.domain.routing import Terms
from services.dispatch.domain.whistle import ProposeWhistle, RefuseWhistle, SettleWhistle

__all__ = [
    "CallbackOfOtherRound",
    "CaseAlreadyReported",
    "CaseAlreadySigned",
    "CaseCommand",
    "CaseIsClosed",
    "CaseNotSigned",
    "CaseNotYours",
    "CaseUnknown",
    "DispatchCase",
    "JoinCaller",
    "LeaveCaller",
    "NoteCallback",
    "OngoingCommand",
    "ReportHandling",
    "SignCase",
    "WhistleNeedsStreet",
    "WhistleStillOpen",
]


class CaseUnknown(Unknown):
    code = "case_unknown"
    zh = "没有编号为 {case_no} 的工单；请核对编号，刚立案的工单请稍候再试。"
    en = "There is no case {case_no}; check the number, or wait a moment if it was just filed."


class CaseNotYours(Forbidden):
    code = "case_not_yours_to_handle"
    zh = "工单 {case_no} 由 {unit} 承办，{acting} 不能操作；请联系承办单位。"
    en = "Case {case_no} is handled by {unit}; {acting} cannot act on it, so ask that unit."


class CaseAlreadySigned(Refusal):
    code = "case_already_signed"
    zh = "工单 {case_no} 本轮已签收，无需重复签收。"
    en = "Case {case_no} is signed for in this round already."


class CaseNotSigned(Refusal):
    code = "case_not_signed"
    zh = "工单 {case_no} 尚未签收；请先签收。"
    en = "Case {case_no} is not signed for; sign it first."


class CaseAlreadyReported(Refusal):
    code = "case_already_reported"
    zh = "工单 {case_no} 本轮已反馈，正在等待回访。"
    en = "The handling of case {case_no} is reported for this round; the call-back is awaited."


class CaseIsClosed(Refusal):
    code = "case_is_closed"
    zh = "工单 {case_no} 已结案，不能再操作。"
    en = "Case {case_no} is closed and takes no more actions."


class WhistleStillOpen(Refusal):
    code = "whistle_still_open"
    zh = "工单 {case_no} 还有未销的哨 {whistle_no}；请先验收销哨。"
    en = "Case {case_no} has the open whistle {whistle_no}; settle that first."


class WhistleNeedsStreet(Forbidden):
    code = "whistle_needs_street"
    zh = "只有承办工单的街道可以吹哨；工单 {case_no} 由 {unit} 承办，请联系该单位。"
    en = "Only a street can whistle for its own case; {unit} handles {case_no}, so ask it to."


class CallbackOfOtherRound(Refusal):
    code = "callback_of_other_round"
    zh = "回访 {callback_no} 属于第 {round} 轮，工单 {case_no} 已不在该轮。"
    en = "Call-back {callback_no} is of round {round}, which case {case_no} has left."


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCase:
    """`event` is the whole fact, made from the route and the terms."""

    event: CaseDispatched
    district: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCase:
    case_no: str
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHandling:
    case_no: str
    unit: str
    claim: Literal["resolved", "partly_resolved", "unresolved"]
    contact: Literal["reached", "unreachable", "not_wanted"]
    account: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCallback:
    case_no: str
    callback_no: str
    appeal_no: str
    round: int
    resolved: bool | None
    satisfaction: Satisfaction | None
    terms: Terms
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCaller:
    """`terms` are for one who left and comes back: what they said in this round still holds."""

    case_no: str
    caller: Caller
    terms: Terms
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCaller:
    case_no: str
    caller: Caller
    terms: Terms
    at: datetime


OngoingCommand = (
    SignCase
    | ReportHandling
    | NoteCallback
    | JoinCaller
    | LeaveCaller
    | ProposeWhistle
    | RefuseWhistle
    | SettleWhistle
)
"""Everything but the beginning."""

CaseCommand = DispatchCase | OngoingCommand
