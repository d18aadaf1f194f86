"""撤哨: nobody has to report any more, because the street says so or the case ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Forbidden
from contracts.events.dispatch import WhistleCancelled
from contracts.ids import CaseNo, WhistleNo
from contracts.sealed import Sealed
from services.dispatch.domain.whistle.emergency import is_confirmed
from services.dispatch.domain.whistle.stage import WhistleNotReady, must_be_street
from services.dispatch.domain.whistle.state import Approved, Begun, Blown, Concluded, Proposed

_DECIDERS = {"leader", "director"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWhistle:
    """撤哨 (街道办事处条例 art. 11, our default): the street takes its call back, with a reason."""

    whistle_no: WhistleNo
    case_no: CaseNo
    reason: Sealed
    meta: Meta


class CancellingNeedsLeader(Forbidden):
    """撤哨须由领导决定 (our default): who may call units out decides that they stay away."""

    code = "cancelling_needs_leader"
    zh = "撤哨须由街道领导决定；请转交街道领导办理。"
    en = "A leader of the street decides that a whistle is cancelled; ask one."


def cancel(command: CancelWhistle, state: Begun) -> WhistleCancelled:
    """Cancel before the result is put before the street, or afterwards what nobody confirms.

    Raises: NotTheStreet, CancellingNeedsLeader, WhistleNotReady.
    """
    must_be_street(command.meta.by, state.fact)
    if command.meta.by.role not in _DECIDERS:
        raise CancellingNeedsLeader
    is_open = isinstance(state, Proposed | Approved | Blown)
    if not is_open and is_confirmed(state):
        raise WhistleNotReady(whistle_no=state.fact.whistle_no, stage=state.stage)
    return _cancelled(state, "street", command.reason, command.meta)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWithCase:
    """随案撤哨 (our default): the case ends by order of the district, so its whistle does too.

    Given beside the order, in one step with it; who may order is the case's to decide.
    """

    whistle_no: WhistleNo
    reason: Sealed | None
    meta: Meta


def cancel_with_case(command: CancelWithCase, state: Begun) -> Sequence[WhistleCancelled]:
    """Cancel whatever is open; one that has ended stays as it ended."""
    if not isinstance(state, Proposed | Approved | Blown | Concluded):
        return []
    return [_cancelled(state, "case_ended", command.reason, command.meta)]


def _cancelled(
    state: Begun, ground: Literal["street", "case_ended"], reason: Sealed | None, meta: Meta
) -> WhistleCancelled:
    return WhistleCancelled(
        whistle_no=state.fact.whistle_no,
        case_no=state.fact.case_no,
        round=state.fact.round,
        ground=ground,
        reason=reason,
        cancelled_by=meta.by.person,
        cancelled_at=meta.at,
    )
