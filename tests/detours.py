"""What the loop of a complaint leaves out, as steps of one case, which ends by order.

Somebody objects, the lead asks for help and for time, one whistle is refused, one is taken back
and the last is cancelled with the case. Every step that takes a text has one.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from tests.story import STREET, UNITS, Say, Step

__all__ = ["ASKED", "DIRECTOR", "DISPATCHER", "DISTRICT", "DISTRICT_LEADER", "detours"]

DISPATCHER = "dispatcher.hotline.d-1"
DIRECTOR = f"director.{STREET}.s-5"
DISTRICT, DISTRICT_LEADER = "officer.district.q-1", "leader.district.q-2"
OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
ASKED, UNASKED = "fire-rescue", "education"
"""Departments that the list does not name: one assists, the other's task is taken back."""


def detours(no: str, number: int, say: Say, now: datetime) -> Iterator[Step]:
    """Give the steps of a case that was filed; `now` is the moment of the first."""
    case, before = f"/dispatch/v1/cases/{no}", f"file {number}"
    moves = (
        *_whose(say),
        *_help(say),
        *_time(say, now),
        *_key_whistle(say, now),
        *_whistle(no, say),
        ("alarm", LEADER, "emergency-whistle", _called(say, "alarm")),
        ("confirm", DIRECTOR, f"/dispatch/v1/whistles/{no}-W3/confirmation", None),
        ("order", DISTRICT_LEADER, "end-order", {"reason": say("order")}),
    )
    for name, actor, path, body in moves:
        where = path if path.startswith("/") else f"{case}/{path}"
        yield Step(f"{name} {number}", actor, where.format(no=no), body, (before,))
        before = f"{name} {number}"


Move = tuple[str, str, str, Mapping[str, object] | None]
"""Name, actor, path of the case or a whole one, body."""


def _whose(say: Say) -> Iterator[Move]:
    """Object in vain, sign, and pass it on in the unit."""
    yield "object", OFFICER, "objection", {"basis": say("basis")}
    rejected = {"outcome": "rejected", "reason": say("ruling")}
    yield "reject", DISPATCHER, "ruling", rejected
    yield "sign", OFFICER, "signature", None
    yield "claim", OFFICER, "claim", None
    yield "give back", OFFICER, "claim/release", None
    yield "claim again", OFFICER, "claim", None
    yield "hand over", OFFICER, "hand-over", {"person": "s-8"}
    yield "contact", OFFICER, "contacts", {"result": "reached"}


def _help(say: Say) -> Iterator[Move]:
    for unit in (ASKED, UNASKED):
        asked = {"unit": unit, "request": say(f"help {unit}"), "reason": say(f"why help {unit}")}
        yield f"ask {unit}", OFFICER, "assists", asked
    answer = {"answer": say("help given")}
    yield "assist", f"officer.{ASKED}.f-1", f"assists/{ASKED}/answer", answer
    yield "take back", OFFICER, f"assists/{UNASKED}/withdrawal", None


def _time(say: Say, now: datetime) -> Iterator[Move]:
    """Ask for time twice, and to wait twice; the first is denied."""
    for act in ("deny", "grant"):
        yield f"extend to {act}", OFFICER, "extension", {"workdays": 1, "reason": say(f"{act}")}
        if act == "deny":
            yield "deny", DISPATCHER, "extension/denial", {"reason": say("not longer")}
        else:
            yield "grant", DISPATCHER, "extension/grant", None
    wait = {"pool": "season", "review_on": f"{now + timedelta(days=7):%Y-%m-%d}"}
    for act in ("go on", "wait"):
        yield f"suspend to {act}", OFFICER, "suspension", {**wait, "reason": say(f"to {act}")}
        if act == "go on":
            yield "go on", DISTRICT_LEADER, "suspension/denial", {"reason": say("no pool")}
        else:
            yield "wait", DISTRICT_LEADER, "suspension/approval", None
    yield "resume", DISPATCHER, "resumption", None


def _called(say: Say, what: str) -> dict[str, object]:
    reasons = {unit: say(f"{what} {unit}") for unit in UNITS}
    texts = {"request": say(f"{what} request"), "evidence": say(f"{what} evidence")}
    called = {"lead": UNITS[0], "assisting": UNITS[1:], "ground": "no_power"}
    return {**called, **texts, "reasons": reasons}


def _key_whistle(say: Say, now: datetime) -> Iterator[Move]:
    """Propose a key whistle with its plan, which the director refuses."""
    node = {"what": say("node"), "due_at": (now + timedelta(days=5)).isoformat()}
    plan = {name: say(name) for name in ("goal", "consultation", "responsible")}
    key = {"kind": "key", "plan": {**plan, "nodes": [node]}, **_called(say, "key")}
    yield "propose", OFFICER, "whistles", key
    refusal = {"reason": say("refusal")}
    yield "refuse", DIRECTOR, "/dispatch/v1/whistles/{no}-W1/refusal", refusal


def _whistle(no: str, say: Say) -> Iterator[Move]:
    """Blow one that a unit contests and another leaves early, and take it back."""
    whistle, operation = f"/dispatch/v1/whistles/{no}-W2", f"/enforcement/v1/operations/{no}-W2"
    member, late = f"officer.{UNITS[0]}.u-1", UNITS[1]
    yield "propose again", OFFICER, "whistles", {"kind": "daily", **_called(say, "daily")}
    yield "approve", LEADER, f"{whistle}/approval", None
    yield "blow", LEADER, f"{whistle}/blow", None
    about = {"unit": late, "reason": say("escalation")}
    yield "ask district", OFFICER, f"{whistle}/escalations", about
    answer = {"answer": say("answer of the district")}
    yield "answer", DISTRICT, f"{whistle}/escalations/{late}/answer", answer
    one_more = {"unit": ASKED, "reason": say("one more")}
    yield "add", OFFICER, f"{whistle}/units", one_more
    yield "chase", OFFICER, f"{operation}/chases/{late}", None
    contest = {"basis": say("contest")}
    yield "contest", f"officer.{ASKED}.f-1", f"{operation}/contest", contest
    excused = {"outcome": "upheld", "reason": say("excused")}
    yield "excuse", DISTRICT, f"{operation}/contests/{ASKED}/ruling", excused
    yield "report", member, f"{operation}/report", {"officer_count": 2}
    yield "complete", member, f"{operation}/completion", {"result": say("result")}
    yield "leave", OFFICER, f"{operation}/early-departures/{UNITS[0]}", None
    yield "cancel", LEADER, f"{whistle}/cancellation", {"reason": say("cancellation")}
