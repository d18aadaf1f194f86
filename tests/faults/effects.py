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
    "signature": "dispatch.case_signed.v1",
    "whistles": "dispatch.whistle_proposed.v1",
    "contacts": "dispatch.caller_contacted.v1",
    "handling": "dispatch.handling_reported.v1",
    "approval": "dispatch.whistle_approved.v1",
    "refusal": "dispatch.whistle_refused.v1",
    "blow": "dispatch.whistle_blown.v1",
    "settlement": "dispatch.whistle_settled.v1",
    "acknowledgement": "enforcement.unit_acknowledged.v1",
    "report": "enforcement.unit_reported.v1",
    "completion": "enforcement.unit_task_completed.v1",
    "releases": "enforcement.unit_released.v1",
}
_ATTEMPTED, _COMPLETED = "feedback.callback_attempted.v1", "feedback.callback_completed.v1"
_WIRES = {*_ONCE.values(), _ATTEMPTED, _COMPLETED}


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
        case ["completion"]:
            return [(_COMPLETED, f"{number}-R{round_no}", round_no)]
        case [act]:
            return [(_ONCE[act], number, round_no)]
        case [unit, act, *_]:
            return [(_ONCE[act], f"{number}/{unit}", round_no)]
        case _:
            raise ValueError(key)


def found(ending: Ending) -> Counter[Effect]:
    """Count what is in the logs of all that commands can lead to."""
    return Counter(
        (envelope["type"], _subject(envelope, event), event.get("round", 1))
        for log in ending.logs.values()
        for envelope, event in log
        if envelope["type"] in _WIRES
    )


def _subject(envelope: Row, event: Row) -> str:
    number: str = envelope["stream"].partition("-")[2]
    match envelope["type"]:
        case "dispatch.whistle_proposed.v1":
            return str(event["case_no"])
        case wire if wire == _ATTEMPTED:
            return f"{number}/{event['attempt']}"
        case wire if wire.startswith("enforcement."):
            return f"{number}/{event['unit']}"
        case _:
            return number
