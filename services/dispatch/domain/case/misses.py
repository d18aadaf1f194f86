"""超期: which deadlines of a case can be missed, and the misses that are due at a moment."""

from collections.abc import Sequence
from datetime import datetime

from contracts.calendar import Deadline
from contracts.events.dispatch import AssistMissed, DeadlineMissed, SuspensionReviewMissed
from services.dispatch.domain.case.asked import missed_assists
from services.dispatch.domain.case.state import CaseFacts, CaseState, NoCase


def deadlines(state: CaseState) -> Sequence[Deadline]:
    """Give the open deadlines that can be missed: of the lead, then of assisting units.

    A provisional one cannot be missed until it is revised.
    """
    if isinstance(state, NoCase):
        return ()
    return tuple(one for one in state.facts.running if not one.provisional)


def missed(
    state: CaseState, now: datetime
) -> Sequence[DeadlineMissed | SuspensionReviewMissed | AssistMissed]:
    """Give the misses (超期) that are due and not recorded."""
    if isinstance(state, NoCase):
        return []
    facts = state.facts
    late = missed_assists(facts.case_no, facts.round, facts.assists, now)
    of_lead = (one for one in facts.deadlines if not one.provisional and one.due_at <= now)
    return [*(_miss(facts, one, now) for one in of_lead), *late]


def _miss(
    facts: CaseFacts, deadline: Deadline, now: datetime
) -> DeadlineMissed | SuspensionReviewMissed:
    if deadline.milestone == "review":
        return SuspensionReviewMissed(
            case_no=facts.case_no,
            round=deadline.round,
            district=facts.district,
            due_at=deadline.due_at,
            noticed_at=now,
        )
    return DeadlineMissed(
        case_no=facts.case_no,
        round=deadline.round,
        unit=facts.unit,
        milestone=deadline.milestone,
        due_at=deadline.due_at,
        noticed_at=now,
        handlers=facts.handlers,
        callers=facts.callers,
    )
