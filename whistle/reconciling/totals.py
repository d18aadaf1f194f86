"""The figures of a reconciliation, counted by appeal so that they add up to `received`."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from whistle.reconciling.records import Records

__all__ = ["totals"]


def totals(records: Records) -> dict[str, Any]:
    """Count; `received` is the sum of answered, declined, withdrawn, linked, open and closed."""
    by_status = Counter(appeal.status for appeal in records.appeals)
    closed_cases = {case.case_no for case in records.cases if case.status == "closed"}
    closed = sum(
        appeal.status == "filed" and appeal.appeal_no in closed_cases for appeal in records.appeals
    )
    blown = [one for one in records.whistles if one.blown_at is not None]
    settled = sum(one.status == "settled" for one in blown)
    cancelled = sum(one.status == "cancelled" for one in blown)
    return {
        "received": len(records.appeals),
        "answered": by_status["answered"],
        "declined": by_status["declined"],
        "withdrawn": by_status["withdrawn"],
        "linked": by_status["linked"],
        "open": by_status["received"] + by_status["filed"] - closed,
        "closed": closed,
        # Of `open`: nobody has decided these yet.
        "waiting_for_agent": by_status["received"],
        # A withdrawn or linked appeal may have a case of its own, so these are more than `closed`.
        "cases": {
            "open": len(records.cases) - len(closed_cases),
            "closed": len(closed_cases),
            "closed_of_withdrawn_or_linked": len(closed_cases) - closed,
        },
        "whistles": {
            "blown": len(blown),
            "settled": settled,
            "cancelled": cancelled,
            "open": len(blown) - settled - cancelled,
        },
        "rounds": _counted(str(case.round) for case in records.cases),
        "outcomes": _counted(case.outcome or "open" for case in records.cases),
        "missed": {
            "case_deadlines": sum(case.missed_count for case in records.cases),
            "acknowledgements": sum(task.acknowledgement_missed for task in records.tasks),
            "reports": sum(task.report_missed for task in records.tasks),
        },
        "callbacks": {
            status: sum(one.status == status for one in records.callbacks)
            for status in ("open", "completed", "waived")
        },
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
