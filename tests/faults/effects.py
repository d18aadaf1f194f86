"""The events that commands lead to, taken from their keys alone, and those in the logs.

The keys are those that `whistle simulate` sent (`simulate/<seed>/<number>/<act>/<round>`), so what
is expected does not come from the log that is checked.
"""

from collections import Counter
from collections.abc import Iterable

from tests.faults.outcomes import Ending, Row

__all__ = ["Effect", "expected", "found"]

Effect = tuple[str, str, int]
"""Wire name, number of its subject, round."""

_ATTEMPTS = 3
_ONCE = {
    "answer": "intake.appeal_answered.v1",
    "decline": "intake.appeal_declined.v1",
    "case": "intake.case_filed.v1",
    "link": "intake.appeal_linked.v1",
    "withdrawal": "intake.appeal_withdrawn.v1",
    "objection": "dispatch.case_objected.v1",
    "ruling": "dispatch.objection_ruled.v1",
    "redispatch": "dispatch.case_redispatched.v1",
    "signature": "dispatch.case_signed.v1",
    "contacts": "dispatch.caller_contacted.v1",
    "contacts-2": "dispatch.caller_contacted.v1",
    "claim": "dispatch.case_claimed.v1",
    "hand-over": "dispatch.case_handed_over.v1",
    "extension": "dispatch.extension_requested.v1",
    "extension-grant": "dispatch.extension_granted.v1",
    "extension-denial": "dispatch.extension_denied.v1",
    "suspension": "dispatch.suspension_requested.v1",
    "suspension-approval": "dispatch.case_suspended.v1",
    "resumption": "dispatch.case_resumed.v1",
    "assists": "dispatch.assist_requested.v1",
    "end-order": "dispatch.end_ordered.v1",
    "handling": "dispatch.handling_reported.v2",
    "whistles": "dispatch.whistle_proposed.v2",
    "emergency-whistle": "dispatch.whistle_proposed.v2",
    "approval": "dispatch.whistle_approved.v1",
    "refusal": "dispatch.whistle_refused.v1",
    "blow": "dispatch.whistle_blown.v2",
    "confirmation": "dispatch.whistle_confirmed.v1",
    "units": "dispatch.whistle_unit_added.v1",
    "cancellation": "dispatch.whistle_cancelled.v1",
    "settlement": "dispatch.whistle_settled.v2",
}
_ONCE_PER_UNIT = {
    "assist-answer": "dispatch.assist_answered.v1",
    "acknowledgement": "enforcement.unit_acknowledged.v1",
    "contest": "enforcement.unit_contested.v1",
    "contests": "enforcement.contest_ruled.v1",
    "report": "enforcement.unit_reported.v1",
    "chases": "enforcement.unit_chased.v1",
    "absences": "enforcement.unit_named_absent.v1",
    "early-departures": "enforcement.unit_left_early.v1",
    "completion": "enforcement.unit_task_completed.v1",
    "releases": "enforcement.unit_released.v1",
}
_STAGE_REACHED, _ESCALATION_ANSWERED = (
    "dispatch.stage_reached.v1",
    "dispatch.escalation_answered.v1",
)
_ATTEMPTED, _COMPLETED = "feedback.callback_attempted.v1", "feedback.callback_completed.v1"
_WIRES = {
    *_ONCE.values(),
    *_ONCE_PER_UNIT.values(),
    _STAGE_REACHED,
    _ESCALATION_ANSWERED,
    _ATTEMPTED,
    _COMPLETED,
}


def expected(keys: Iterable[str]) -> Counter[Effect]:
    """Count what has to be in the logs if exactly these commands were done."""
    return Counter(effect for key in keys for effect in _of_command(key))


def _of_command(key: str) -> list[Effect]:
    _, _, number, *steps, last = key.split("/")
    round_no = int(last)
    match steps:
        case [attempt] if attempt.startswith("attempt-"):
            which = int(attempt.removeprefix("attempt-"))
            tried = (_ATTEMPTED, f"{number}-R{round_no}/{which}", round_no)
            over = (_COMPLETED, f"{number}-R{round_no}", round_no)
            return [tried, over] if which == _ATTEMPTS else [tried]
        case [stage] if stage.startswith("stages-"):
            return [(_STAGE_REACHED, f"{number}/{stage.removeprefix('stages-')}", round_no)]
        case ["completion"]:
            return [(_COMPLETED, f"{number}-R{round_no}", round_no)]
        case [act]:
            return [(_ONCE[act], number, round_no)]
        case [unit, "answer"]:
            return [(_ESCALATION_ANSWERED, f"{number}/{unit}", 0)]
        case [unit, act, *_]:
            return [(_ONCE_PER_UNIT[act], f"{number}/{unit}", round_no)]
        case _:
            raise ValueError(key)


def found(ending: Ending) -> Counter[Effect]:
    """Count what is in the logs of all that commands can lead to."""
    return Counter(
        (envelope["type"], _subject(envelope, event), _round(envelope, event))
        for log in ending.logs.values()
        for envelope, event in log
        if envelope["type"] in _WIRES and not _follows(event)
    )


def _follows(event: Row) -> bool:
    """Say whether an event stands beside that of its command: blown at once, or ruled so."""
    return bool(event.get("is_to_confirm")) or event.get("ground") == "objection_upheld"


def _round(envelope: Row, event: Row) -> int:
    """Give the round; an answer counts how often the district was asked, whatever the round."""
    return 0 if envelope["type"] == _ESCALATION_ANSWERED else int(event.get("round", 1))


def _subject(envelope: Row, event: Row) -> str:
    number: str = envelope["stream"].partition("-")[2]
    match envelope["type"]:
        case "dispatch.whistle_proposed.v2":
            return str(event["case_no"])
        case wire if wire == _STAGE_REACHED:
            return f"{number}/{event['stage']}"
        case "dispatch.assist_answered.v1" | "dispatch.escalation_answered.v1":
            return f"{number}/{event['unit']}"
        case wire if wire == _ATTEMPTED:
            return f"{number}/{event['attempt']}"
        case wire if wire.startswith("enforcement."):
            return f"{number}/{event['unit']}"
        case _:
            return number
