"""Small values that several events share."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from contracts.ids import AppealNo, SubjectId

__all__ = [
    "AppealKind",
    "Caller",
    "Classifier",
    "Contact",
    "DeclineGround",
    "NewAppealKind",
    "Satisfaction",
    "SuspensionPool",
    "UnitRole",
    "Urgency",
    "WhistleGround",
    "WhistleKind",
]

NewAppealKind = Literal["consultation", "help", "complaint", "report", "suggestion"]
"""咨询, 求助, 投诉, 举报, 建议: the five kinds of an appeal (接诉即办工作条例 art. 2)."""

AppealKind = Literal[NewAppealKind, "other"]
"""One of the five, or 其他 of an appeal from before they were all; no new one is of that kind."""

Classifier = Literal["source", "words", "agent"]
"""The source of place and matter: the sending system, the words of the catalogue, an agent."""

DeclineGround = Literal[
    "emergency",
    "other_procedure",
    "no_new_facts",
    "secret_or_privacy",
    "beyond_duty",
    "unlawful_or_immoral",
]
"""The six classes that are not dispatched (接诉即办工作条例 art. 11(3), items 1 to 6)."""

Satisfaction = Literal["satisfied", "basically_satisfied", "dissatisfied", "unrated"]
"""满意, 基本满意, 不满意, 未评价."""

Contact = Literal["reached", "unreachable", "not_wanted", "not_needed"]
"""已联系, 联系不上, 不愿联系, 无需联系: whether a unit spoke to the caller (art. 15).

The last where nobody can be called: all callers are anonymous or erased.
"""

SuspensionPool = Literal["engineering", "season", "policy", "legacy", "consent"]
"""工程建设, 季节限制, 政策限制, 历史遗留, 意见不一: the pools in which cases wait (挂账)."""

Urgency = Literal["normal", "urgent", "critical"]
"""一般, 紧急, 特急."""

WhistleGround = Literal["no_power", "several_units", "duty_unclear"]
"""无执法权, 多部门, 职责不清: why the street cannot do it alone (街道条例 art. 11, 17)."""

UnitRole = Literal["lead", "assisting"]
"""主责 or 配合: exactly one unit of a whistle leads."""

WhistleKind = Literal["emergency", "enforcement", "daily", "key"]
"""应急哨, 综合执法哨, 日常哨, 重点工作(攻坚)哨."""


class Caller(BaseModel):
    """One person who waits for the outcome of a case, known by the number of their appeal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    appeal_no: AppealNo
    subject: SubjectId | None
    """None for an anonymous caller."""
