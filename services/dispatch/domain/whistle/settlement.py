"""The end of a whistle: the operation is done, and the street accepts the result and rates it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import UnitRating, WhistleConcluded, WhistleSettled
from contracts.ids import CaseNo, UnitCode, WhistleNo
from services.dispatch.domain.whistle.emergency import WhistleNotConfirmed, is_confirmed
from services.dispatch.domain.whistle.stage import WhistleNotReady, must_be_street
from services.dispatch.domain.whistle.state import Begun, Blown, Concluded


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeWhistle:
    """提请验收 (our default): the result of the operation is put before the street."""

    whistle_no: WhistleNo
    units: tuple[UnitCode, ...]
    """Those that had a task; none if the log does not say."""
    meta: Meta


def conclude(command: ConcludeWhistle, state: Begun) -> Sequence[WhistleConcluded]:
    """Put the result before the street, once, when no unit called meanwhile has yet to come."""
    if not isinstance(state, Blown):
        return []
    if command.units and not set(state.call.owing) <= set(command.units):
        return []
    return [
        WhistleConcluded(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            concluded_at=command.meta.at,
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleWhistle:
    """验收销哨、评哨 (art. 33, 宜黄): the street accepts the result and rates every unit."""

    whistle_no: WhistleNo
    case_no: CaseNo
    ratings: tuple[UnitRating, ...]
    reason_below: int
    """A figure below it takes a reason, 0 to 100."""
    meta: Meta


class RatingsIncomplete(Refusal):
    """评哨不全 (art. 33): every unit that was called is rated, once."""

    code = "ratings_incomplete"
    zh = "须对 {units} 各评一次；请补全 ratings。"
    en = "Rate each of {units} once; complete `ratings`."


class UnitNotRated(Refusal):
    """该单位不评 (our default): who was not called, or was excused, is not rated."""

    code = "unit_not_rated"
    zh = "{unit} 未被本哨呼叫或异议成立，不参加评哨；请从 ratings 中去掉。"
    en = "{unit} was not called or was excused, so it is not rated; leave it out of `ratings`."


class RatingNeedsReason(Refusal):
    """低分须说明理由 (art. 33, our default): who gets a low figure learns why."""

    code = "rating_needs_reason"
    zh = "{unit} 有低于 {below} 分的项目；请写明理由。"
    en = "{unit} has a figure below {below}; give the reason."


def settle(command: SettleWhistle, state: Begun) -> WhistleSettled:
    """Accept the result.

    Raises: NotTheStreet, WhistleNotReady, WhistleNotConfirmed, UnitNotRated, RatingsIncomplete,
    RatingNeedsReason.
    """
    fact = state.fact
    must_be_street(command.meta.by, fact)
    if not isinstance(state, Concluded):
        raise WhistleNotReady(whistle_no=fact.whistle_no, stage=state.stage)
    if not is_confirmed(state):
        raise WhistleNotConfirmed(whistle_no=fact.whistle_no)
    _check(command.ratings, state.call.owing, command.reason_below)
    return WhistleSettled(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        ratings=command.ratings,
        accepted_by=command.meta.by.person,
        settled_at=command.meta.at,
    )


def _check(ratings: Sequence[UnitRating], owing: Sequence[UnitCode], reason_below: int) -> None:
    for rating in ratings:
        if rating.unit not in owing:
            raise UnitNotRated(unit=rating.unit)
        if rating.reason is None and min(_figures(rating)) < reason_below:
            raise RatingNeedsReason(unit=rating.unit, below=reason_below)
    if sorted(rating.unit for rating in ratings) != sorted(owing):
        raise RatingsIncomplete(units=", ".join(owing))


def _figures(rating: UnitRating) -> tuple[int, ...]:
    return (
        rating.signing,
        rating.arrival,
        rating.people,
        rating.quality,
        rating.staying,
        rating.result,
    )
