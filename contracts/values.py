"""Small values that several events share."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from contracts.ids import AppealNo, SubjectId

__all__ = [
    "AppealKind",
    "Caller",
    "Classifier",
    "DeclineGround",
    "Satisfaction",
    "UnitRole",
    "WhistleKind",
]

AppealKind = Literal["consultation", "help", "complaint", "report", "suggestion", "other"]
"""咨询, 求助, 投诉, 举报, 建议, 其他 (接诉即办工作条例 art. 2)."""

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
