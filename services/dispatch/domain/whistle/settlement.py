"""The end of a whistle: the operation is done, and the street accepts the result."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import WhistleConcluded, WhistleSettled
from contracts.ids import CaseNo, WhistleNo
from services.dispatch.domain.whistle.stage import at_stage
from services.dispatch.domain.whistle.state import Begun, Blown, Concluded


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeWhistle:
    """提请验收 (our default): the result of the operation is put before the street."""

    whistle_no: WhistleNo
    meta: Meta


def conclude(command: ConcludeWhistle, state: Begun) -> Sequence[WhistleConcluded]:
    """Put the result before the street, once."""
    if not isinstance(state, Blown):
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
    """验收销哨 (our default): the street that called the units accepts their result."""

    whistle_no: WhistleNo
    case_no: CaseNo
    meta: Meta


def settle(command: SettleWhistle, state: Begun) -> WhistleSettled:
    """Accept the result. Raises: NotTheStreet, WhistleNotReady."""
    fact = at_stage(command.meta.by.unit, state, Concluded)
    return WhistleSettled(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        ratings=(),
        accepted_by=command.meta.by.person,
        settled_at=command.meta.at,
    )
