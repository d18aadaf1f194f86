"""Eight complaints at once, two of them with a second caller: every course a case can take.

Where the order of two facts would show in a stream, the step that writes the second waits until the
first is processed; all other orders are free.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.erasing import erasing
from tests.harness.four_services import MONDAY
from tests.story import (
    AGENT,
    MATTER,
    STREET,
    UNITS,
    VISITOR,
    Ask,
    Step,
    call,
    loop,
    receive,
)

__all__ = ["RACED", "entangled", "number"]

RACED = ("callback-260928000004-R1", "case-260928000004")
"""A caller is erased while the handling is on its way: either may be processed first and so be the
cause of the waiver, and the events that follow from the waiver name that cause. The case closes
with the waiver, and notes the erasure before or after that."""

_LIGHTING = "street-lighting"
_COUNT = 8


def number(count: int) -> str:
    """Give the number that the n-th complaint gets."""
    return f"260928{count:06d}"


def say(place: str) -> str:
    """Give a text."""
    return f"what is written as {place}"


def entangled() -> list[Step]:
    """Give all steps; in this order, none comes too early."""
    noon, later = MONDAY + timedelta(hours=4), MONDAY + timedelta(days=3)
    return [
        *_received(),
        *_small_ones(),
        *_erased_while_called(),
        *_two_callers(),
        Step("noon", moment=noon),
        Step("days later", moment=later, after=("noon",)),
        *_never_signed(),
    ]


def _received() -> Iterator[Step]:
    for count in range(1, _COUNT + 1):
        phone = "" if count == 3 else f"1990000000{count}"
        before = (f"receive {count - 1}",) if count > 1 else ()
        kind = "consultation" if count in {3, 7} else "complaint"
        yield receive(count, say, phone=phone, kind=kind, after=before)


def _appeal(count: int, act: str, *after: str, **body: object) -> Step:
    path = f"/intake/v1/appeals/{number(count)}/{act}"
    return Step(f"{act} {count}", AGENT, path, body, after or (f"receive {count}",))


def _small_ones() -> Iterator[Step]:
    yield _appeal(3, "answer", answer=say("answer 3"))
    yield _appeal(5, "case", street=STREET, matter=MATTER)
    yield _appeal(5, "withdrawal", "case 5")
    yield _appeal(6, "decline", ground="beyond_duty", explanation=say("explanation 6"))


def _case(ask: Ask, count: int) -> Any:  # noqa: ANN401  # JSON; a problem document at first
    return ask(AGENT, f"/dispatch/v1/cases/{number(count)}")


def _erased_while_called() -> Iterator[Step]:
    """A case of a department; another caller joins by mistake; its own is erased in the end."""
    yield _appeal(4, "case", street=STREET, matter="100118")
    yield _appeal(7, "link", "case 4", "receive 7", case_no=number(4))
    yield _appeal(7, "unlink", "link 7")
    yield _appeal(7, "answer", "unlink 7", answer=say("answer 7"))
    officer, path = f"officer.{_LIGHTING}.l-1", f"/dispatch/v1/cases/{number(4)}"
    yield Step(
        "sign 4",
        officer,
        f"{path}/signature",
        after=("unlink 7",),
        awaits=lambda ask: _case(ask, 4).get("version", 0) >= 3,
    )
    yield Step("contact 4", officer, f"{path}/contacts", {"result": "reached"}, ("sign 4",))
    handled = {"claim": "resolved", "contact": "reached", "account": say("account 4")}
    yield Step("handle 4", officer, f"{path}/handling", handled, ("contact 4",))
    yield from erasing("erase 4", _person_of_4, [number(4)], "handle 4")


def _person_of_4(ask: Ask) -> str:
    return str(ask(AGENT, f"/intake/v1/appeals/{number(4)}")["subject"])


def _two_callers() -> Iterator[Step]:
    """The whole loop for two callers; one of the units called comes too late."""
    link = _appeal(2, "link", "file 1", "receive 2", case_no=number(1))
    late = f"acknowledge {UNITS[1]} 1"
    for step in loop(number(1), 1, say):
        match step.name:
            case "sign 1":
                yield link
                joined = lambda ask: len(_case(ask, 1).get("appeals", ())) == 2  # noqa: E731
                yield replace(step, after=("link 2",), awaits=joined)
            case name if name == late:
                yield replace(step, after=(*step.after, "noon"))
            case "sign-2 1":
                yield replace(step, after=("call-1 2",))
            case "call-1 1" | "call-2 1":
                yield step
                other = call(number(2), 2, int(step.name[5]), say, resolved=True)
                yield replace(other, after=(step.name,))
            case _:
                yield step


def _never_signed() -> Iterator[Step]:
    """Nobody signs, nobody is reached; days later the unit reports after all."""
    yield _appeal(8, "case", street=STREET, matter=MATTER)
    attempts = f"/feedback/v1/callbacks/{number(8)}-R1/attempts"
    for attempt in (1, 2, 3):
        before = f"attempt-{attempt - 1} 8" if attempt > 1 else "days later"
        yield Step(f"attempt-{attempt} 8", VISITOR, attempts, None, (before,))
    officer, path = f"officer.{STREET}.s-1", f"/dispatch/v1/cases/{number(8)}"
    yield Step(
        "sign 8",
        officer,
        f"{path}/signature",
        after=("attempt-3 8",),
        awaits=lambda ask: bool(_case(ask, 8).get("callbacks")),
    )
    for attempt, before in ((1, "sign 8"), (2, "contact-1 8")):
        tried = {"result": "unreachable"}
        yield Step(f"contact-{attempt} 8", officer, f"{path}/contacts", tried, (before,))
    handled = {"claim": "unresolved", "contact": "unreachable", "account": say("account 8")}
    yield Step("handle 8", officer, f"{path}/handling", handled, ("contact-2 8",))
