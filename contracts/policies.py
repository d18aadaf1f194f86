"""What a city decides for itself within the law, as data of its catalogue (ADR 0021).

Every field has our default, so that a version of the catalogue from before it has a meaning.
"""

from collections.abc import Container
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.calendar import Limit
from contracts.values import AppealKind, Urgency, WhistleKind

__all__ = ["Approver", "Policies"]

Approver = Literal["leader", "director"]
"""领导 (街道党政班子成员), 主任或书记 (街道工委书记、办事处主任)."""
PerCent = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=0, le=100)]
Limits = dict[Urgency, Limit]


def _first_contact() -> Limits:
    return {
        "normal": Limit(amount=1, unit="workday"),
        "urgent": Limit(amount=4, unit="hour"),
        "critical": Limit(amount=30, unit="minute"),
    }


def _approvers() -> dict[WhistleKind, tuple[Approver, ...]]:
    return {
        "emergency": ("leader", "director"),
        "enforcement": ("leader", "director"),
        "daily": ("leader", "director"),
        "key": ("director",),
    }


class Policies(BaseModel):
    """The choices of one city. Articles without a name are those of the 接诉即办工作条例."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = "our defaults"
    answered_on_spot: tuple[AppealKind, ...] = ("consultation",)
    """Kinds that may be answered without a case (art. 11 (1))."""
    first_contact: Limits = Field(default_factory=_first_contact)
    """首次联系 (art. 15: in time): our default; 南京鼓楼 gives 24 hours."""
    contact_attempts_min: Count = 2
    """Recorded attempts after which a caller counts as unreachable (art. 15; our default)."""
    objection: Limit = Limit(amount=2, unit="workday")
    """退单: within two working days of the dispatch (山东省政务服务热线管理办法)."""
    assist: Limit = Limit(amount=3, unit="workday")
    """协办 (art. 14 gives no number; our default)."""
    extension_workdays_max: Count = 10
    """延期 (山东省政务服务热线管理办法: once, generally no more than 10 工作日)."""
    extensions_max: Count = 1
    suspension_review_days_max: Annotated[int, Field(ge=1, le=1_000)] = 180
    """挂账: the latest day of review, from the request on (our default)."""
    later_round_per_cent: PerCent = 100
    """Of the limits, in a round after one that was kept (our default)."""
    later_round_per_cent_after_miss: PerCent = 50
    """Of the limits, in a round after one in which a deadline was missed (our default)."""
    dissatisfied_reopens_max: Count = 1
    """How often a solved case goes round again for a dissatisfied caller (济南条例 art. 27)."""
    approvers: dict[WhistleKind, tuple[Approver, ...]] = Field(default_factory=_approvers)
    """准哨 (南京鼓楼 2023: 攻坚克难哨 takes 街道工委书记 or 办事处主任)."""
    escalation_answer: Limit = Limit(amount=1, unit="workday")
    """By when the district answers what was escalated (街道条例 art. 44; our default)."""
    rating_reason_below: Count = 60
    """评哨: a figure below it takes a reason (our default)."""
    yellow_at_per_cent: PerCent = 70
    """黄灯: used of the time (read in a grid system: floor of seven tenths)."""

    @model_validator(mode="after")
    def _leaves_no_kind_without_a_way_on(self) -> Self:
        if missing := _missing(WhistleKind, {kind for kind, who in self.approvers.items() if who}):
            raise ValueError(f"approvers: nobody may approve {missing}; name at least one each")
        if missing := _missing(Urgency, self.first_contact):
            raise ValueError(f"first_contact: there is no limit for {missing}")
        return self


def _missing(kinds: object, given: Container[str]) -> str:
    """List what is not given of the values of a literal type."""
    return ", ".join(kind for kind in get_args(kinds) if kind not in given)
