"""指令结案: the district ends what nothing else can end; the case counts as not solved."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import CaseClosed, EndOrdered
from contracts.ids import CaseNo
from contracts.sealed import Sealed
from services.dispatch.domain.case.policies import must_be_district
from services.dispatch.domain.case.rounds import close
from services.dispatch.domain.case.state import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEnd:
    """指令结案 (our default, after 街道条例 art. 44): a leader of the district, for a reason.

    Every open whistle of the case is cancelled in the same step (`CancelWithCase`).
    """

    case_no: CaseNo
    reason: Sealed
    meta: Meta


def order_end(command: OrderEnd, facts: CaseFacts) -> Sequence[EndOrdered | CaseClosed]:
    """End the case, whatever waits for whom. Raises: NotTheDistrict."""
    by, at = command.meta.by, command.meta.at
    must_be_district(by, facts)
    ordered = EndOrdered(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        district=facts.district,
        reason=command.reason,
        ordered_by=by.person,
        ordered_at=at,
    )
    return [ordered, close(facts, "ordered", at)]
