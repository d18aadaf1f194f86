"""时限核定: a calendar is published, and what was provisional becomes definite by an event."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.calendar import Calendar
from contracts.events.dispatch import DeadlineRevised
from contracts.ids import CaseNo
from contracts.moved_deadline import is_definite_now, revise
from contracts.policies import Policies
from services.dispatch.domain.case.state import OpenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseDeadlines:
    """核定时限 (our default): count the provisional deadlines by the calendar in force."""

    case_no: CaseNo
    calendar: Calendar
    policies: Policies
    meta: Meta


class NothingToRevise(Refusal):
    """无可核定时限 (our default): nothing is provisional, or its year is still not published."""

    code = "nothing_to_revise"
    zh = "工单 {case_no} 没有可以核定的临时时限；请在该年日历公布并生效后再试。"
    en = (
        "Nothing of case {case_no} can be revised; try again when that year's calendar is in force."
    )


def revise_deadlines(command: ReviseDeadlines, state: OpenCase) -> Sequence[DeadlineRevised]:
    """Give each provisional deadline that the calendar makes definite. Raises: NothingToRevise."""
    facts, calendar = state.facts, command.calendar
    ready = [one for one in facts.running if is_definite_now(one, calendar)]
    if not ready:
        raise NothingToRevise(case_no=facts.case_no)
    yellow = command.policies.yellow_at_per_cent
    return [
        DeadlineRevised(
            case_no=facts.case_no,
            round=one.round,
            unit=facts.unit,
            deadline=revise(one, calendar, yellow_at_per_cent=yellow),
            revised_at=command.meta.at,
        )
        for one in ready
    ]
