"""来电人信息删除: what becomes of a case when the persons who wait for it are erased."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import CallersErased
from contracts.ids import CaseNo, SubjectId
from services.dispatch.domain.case.state import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteErasure:
    """登记来电人删除 (our default, after 个人信息保护法 art. 47): who has been erased by now."""

    case_no: CaseNo
    erased: frozenset[SubjectId]
    meta: Meta


def note_erasure(command: NoteErasure, facts: CaseFacts) -> Sequence[CallersErased]:
    """Note, once, that nobody is left who waits and of whom we have data.

    An anonymous caller was never recorded and so cannot be erased: while one waits, or anybody
    else, the clocks run on.
    """
    is_somebody_left = any(caller.subject not in command.erased for caller in facts.callers)
    if is_somebody_left or facts.are_callers_erased:
        return []
    return [
        CallersErased(
            case_no=facts.case_no,
            round=facts.round,
            unit=facts.unit,
            open_whistles=facts.open_whistles,
            noted_at=command.meta.at,
        )
    ]
