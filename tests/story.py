"""The whole loop of a complaint as steps: commands in their order, for any client to send.

A step that comes too early is refused and sent again. Every free text comes from `say`, so that a
test can plant words and search for them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = [
    "AGENT",
    "FIGURES",
    "MATTER",
    "OPERATOR",
    "STREET",
    "UNITS",
    "VISITOR",
    "Ask",
    "Say",
    "Step",
    "call",
    "loop",
    "receive",
]

AGENT = "agent.hotline.a-1"
OPERATOR = "operator.hotline.o-1"
VISITOR = "visitor.callback-centre.v-1"
STREET = "street-locust-peace"
UNITS = ("urban-management", "public-security")
MATTER = "100114"
"""无主井盖: urgent, and led by the street of the place."""
FIGURES = ("signing", "arrival", "people", "quality", "staying", "result")
"""What the street rates each unit by."""

Ask = Callable[[str, str], Any]
"""Reads a path as an actor and gives the JSON."""

Say = Callable[[str], str]
"""Gives the text for a named place."""


@dataclass(frozen=True)
class Step:
    """One command, or with `moment` one move of the clock."""

    name: str
    actor: str = ""
    path: "str | Callable[[Ask], str]" = ""
    """The path; a function where it has a number that is not known in advance."""
    body: Mapping[str, object] | None = None
    after: tuple[str, ...] = ()
    """Steps that must be done before."""
    awaits: Callable[[Ask], bool] | None = None
    """A condition besides, where a command that comes too early would not be refused."""
    moment: datetime | None = None


def receive(  # noqa: PLR0913  # one parameter per thing that tests vary
    number: int,
    say: Say,
    *,
    phone: str = "",
    name: str = "",
    kind: str = "complaint",
    after: tuple[str, ...] = (),
) -> Step:
    """Receive a complaint; without a phone its caller is anonymous."""
    reporter = {"name": say(name or f"name {number}"), "phone": phone}
    body = {
        "source": "city-hotline",
        "external_no": f"H-{number}",
        "kind": kind,
        "title": say(f"title {number}"),
        "text": say(f"text {number}"),
        "address": say(f"address {number}"),
        "reporter": reporter if phone else None,
        "anonymous": not phone,
    }
    return Step(f"receive {number}", AGENT, "/intake/v1/appeals", body, after)


def loop(no: str, number: int, say: Say) -> Iterator[Step]:
    """Give the steps of a received complaint: a whistle, two rounds, and its end."""
    case, whistle = f"/dispatch/v1/cases/{no}", f"/dispatch/v1/whistles/{no}-W1"
    officer, leader = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"

    def step(name: str, actor: str, path: str, *after: str, **body: object) -> Step:
        earlier = tuple(f"{one} {number}" for one in after)
        return Step(f"{name} {number}", actor, path, body or None, earlier)

    where = {"street": STREET, "matter": MATTER}
    yield step("file", AGENT, f"/intake/v1/appeals/{no}/case", "receive", **where)
    yield step("sign", officer, f"{case}/signature", "file")
    yield step("contact-1", officer, f"{case}/contacts", "sign", result="reached")
    called = {"kind": "emergency", "lead": UNITS[0], "assisting": UNITS[1:]}
    texts = {"request": say(f"request {number}"), "evidence": say(f"evidence {number}")}
    reasons = {unit: say(f"reason {unit} {number}") for unit in UNITS}
    why = {"ground": "no_power", "reasons": reasons, **texts}
    yield step("propose", officer, f"{case}/whistles", "contact-1", **called, **why)
    yield step("approve", leader, f"{whistle}/approval", "propose")
    yield step("blow", leader, f"{whistle}/blow", "approve")
    for unit in UNITS:
        yield from _part(no, number, unit, say)
    released = tuple(f"release {unit}" for unit in UNITS)
    ratings = [{"unit": unit, **dict.fromkeys(FIGURES, 90)} for unit in UNITS]
    yield step("settle", officer, f"{whistle}/settlement", *released, ratings=ratings)
    yield from _round(no, number, 1, say, "settle")
    yield step("sign-2", officer, f"{case}/signature", "call-1")
    yield step("contact-2", officer, f"{case}/contacts", "sign-2", result="reached")
    yield from _round(no, number, 2, say, "contact-2")


def _part(no: str, number: int, unit: str, say: Say) -> Iterator[Step]:
    """Give the steps of one unit: it acknowledges, reports in, completes and is released."""
    operation = f"/enforcement/v1/operations/{no}-W1"
    member, officer = f"officer.{unit}.u-1", f"officer.{STREET}.s-1"
    result = {"result": say(f"result {unit} {number}")}
    for act, actor, path, before, body in (
        ("acknowledge", member, "acknowledgement", "blow", None),
        ("report", member, "report", f"acknowledge {unit}", {"officer_count": 2}),
        ("complete", member, "completion", f"report {unit}", result),
        ("release", officer, f"releases/{unit}", f"complete {unit}", None),
    ):
        name, earlier = f"{act} {unit} {number}", (f"{before} {number}",)
        yield Step(name, actor, f"{operation}/{path}", body, earlier)


def _round(no: str, number: int, round_no: int, say: Say, after: str) -> Iterator[Step]:
    """Report the handling and call the caller back; it is solved in the second round only."""
    handled = {
        "claim": "resolved",
        "contact": "reached",
        "account": say(f"account {round_no} {number}"),
    }
    officer, name = f"officer.{STREET}.s-1", f"handle-{round_no} {number}"
    path = f"/dispatch/v1/cases/{no}/handling"
    yield Step(name, officer, path, handled, (f"{after} {number}",))
    yield call(no, number, round_no, say, resolved=round_no > 1)


def call(no: str, number: int, round_no: int, say: Say, *, resolved: bool) -> Step:
    """Give the call-back about a round."""
    answers = {
        "contacted": True,
        "resolved": resolved,
        "satisfaction": "satisfied" if resolved else "dissatisfied",
        "note": say(f"note {round_no} {number}"),
    }
    path = f"/feedback/v1/callbacks/{no}-R{round_no}/completion"
    name = f"call-{round_no} {number}"
    return Step(name, VISITOR, path, answers, (f"handle-{round_no} {number}",))
