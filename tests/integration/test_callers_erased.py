"""The callers of an open case are erased: no clock runs, nobody collects a miss, the case closes.

The same day with a caller who is still there is the control arm of every test.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.inbox.inbound_event import InboundEvent
from chassis.store.reading import read_after
from chassis.store.tables import deadlines, held, vault_items, vault_keys
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin
from chassis.views.versions import rebuild
from contracts.envelope import Actor
from contracts.ids import CaseNo, SubjectId, WhistleNo, case_stream, whistle_stream
from contracts.policies import Approver
from services.dispatch.domain.whistle.approval import RefuseWhistle
from tests.erasing import erase as erase_person
from tests.harness.four_services import MONDAY, FourServices, open_four_services
from tests.story import AGENT, STREET, UNITS, Step, call, loop, receive

NO = "260928000001"
ANN, BO = "19900000001", "19900000002"
LEADERS: tuple[Approver, ...] = ("leader",)
CASE, WHISTLE = f"/dispatch/v1/cases/{NO}", f"/dispatch/v1/whistles/{NO}-W1"
OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
MONTHS_LATER = MONDAY.replace(month=12)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[FourServices]:
    with open_four_services(tmp_path) as opened:
        yield opened


def erase(harness: FourServices, appeal_no: str) -> SubjectId:
    """Erase the caller of an appeal; give who that was."""
    subject: str = harness.ask(AGENT, f"/intake/v1/appeals/{appeal_no}").json()["subject"]
    erase_person(harness, subject)
    return SubjectId(subject)


def say(place: str) -> str:
    return f"what is written as {place}"


def take(harness: FourServices, *steps: Step) -> None:
    """Take steps one by one; after each, everything is heard."""
    for step in steps:
        key = step.name.replace(" ", "/")
        answer = harness.tell(step.actor, str(step.path), step.body, key=key)
        assert answer.is_success, (step, answer.text)
        harness.listen()


def steps(first: str, last: str) -> Sequence[Step]:
    """Give the steps of the loop from one to another, both included."""
    every = list(loop(NO, 1, say))
    names = [step.name for step in every]
    return every[names.index(f"{first} 1") : names.index(f"{last} 1") + 1]


def _without_contact(left: Sequence[Step]) -> Iterator[Step]:
    """Call nobody who was erased before anybody called them, and say so."""
    is_to_call = any(step.name.startswith("contact") for step in left)
    for step in left:
        if step.name.startswith("handle") and is_to_call and step.body:
            yield replace(step, body={**step.body, "contact": "not_needed"})
        elif not step.name.startswith("contact"):
            yield step


def link(harness: FourServices, phone: str = "") -> None:
    """Let a second caller wait for the case."""
    body = {"case_no": NO}
    step = Step("link 2", AGENT, "/intake/v1/appeals/260928000002/link", body)
    take(harness, receive(2, say, phone=phone), step)


def names(harness: FourServices, service: str) -> list[str]:
    """Give the names of a log's events in order."""
    with harness.services[service].store.reading() as connection:
        log = read_after(connection, 0, 1_000_000)
    return [one.envelope.type.split(".")[1] for one in log]


def missed(harness: FourServices) -> list[str]:
    """Give every miss that any service recorded."""
    found = [name for service in harness.services for name in names(harness, service)]
    return [name for name in found if name.endswith("_missed")]


def clocks(harness: FourServices) -> int:
    """Count the open deadlines of all services."""
    count = 0
    for service in harness.services.values():
        with service.store.reading() as connection:
            count += len(connection.execute(deadlines.select()).all())
            assert connection.execute(held.select()).all() == []
    return count


def go_to_the_end(harness: FourServices, first: str) -> dict[str, object]:
    """Months later, do what is left of the first round; give the case as it is listed then."""
    harness.wait_until(MONTHS_LATER)
    harness.listen()
    take(harness, *_without_contact(steps(first, "handle-1")))
    (case,) = harness.ask("auditor.audit.x-1", "/dispatch/v1/cases").json()["items"]
    return {name: case[name] for name in ("status", "outcome", "missed_count")}


UNCONFIRMED = {"status": "closed", "outcome": "unconfirmed", "missed_count": 0}
BEFORE = {"sign": "file", "acknowledge " + UNITS[0]: "blow", "handle-1": "settle"}
"""What is left to do, by what was done last when the caller is erased."""


class WhenTheOnlyCallerIsErased:
    @pytest.mark.parametrize("left", BEFORE)
    def test_nothing_is_missed_and_the_case_closes(self, harness: FourServices, left: str) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", BEFORE[left]))
        erase(harness, NO)
        harness.listen()
        assert clocks(harness) == 0
        assert go_to_the_end(harness, left) == UNCONFIRMED
        assert missed(harness) == []

    @pytest.mark.parametrize("left", BEFORE)
    def test_the_control_arm_misses(self, harness: FourServices, left: str) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", BEFORE[left]))
        assert clocks(harness) > 0
        harness.wait_until(MONTHS_LATER)
        harness.listen()
        assert missed(harness) != []

    def test_what_was_missed_before_stays_missed(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "blow"))
        harness.wait_until(MONTHS_LATER)
        harness.listen()
        before = missed(harness)
        erase(harness, NO)
        harness.listen()
        harness.wait_until(MONTHS_LATER.replace(day=20))
        harness.listen()
        assert missed(harness) == before != []
        take(harness, *steps(f"acknowledge {UNITS[0]}", "handle-1"))
        assert harness.ask(AGENT, CASE).json()["stage"] == "closed"

    def test_the_scores_count_neither_a_miss_nor_an_answer(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "blow"))
        erase(harness, NO)
        harness.listen()
        go_to_the_end(harness, f"acknowledge {UNITS[0]}")
        scores = harness.ask("auditor.audit.x-1", "/feedback/v1/scores").json()["items"]
        (street,) = [one for one in scores if one["unit"] == STREET]
        assert street["volume"] == 1
        assert set(street["counts"].values()) == {0}

    def test_a_whistle_blown_afterwards_has_no_clocks(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "approve"))
        erase(harness, NO)
        harness.listen()
        take(harness, *steps("blow", "blow"))
        assert clocks(harness) == 0
        assert go_to_the_end(harness, f"acknowledge {UNITS[0]}") == UNCONFIRMED
        assert missed(harness) == []


class WhenAnotherCallerIsStillThere:
    @pytest.mark.parametrize("phone", [BO, ""])
    def test_the_clocks_run_on(self, harness: FourServices, phone: str) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "file"))
        link(harness, phone)
        before = clocks(harness)
        erase(harness, NO)
        harness.listen()
        assert clocks(harness) == before == 3

    def test_until_they_are_erased_too(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "file"))
        link(harness, BO)
        erase(harness, NO)
        erase(harness, "260928000002")
        harness.listen()
        assert clocks(harness) == 0
        assert go_to_the_end(harness, "sign") == UNCONFIRMED

    def test_or_leave(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "file"))
        link(harness)
        erase(harness, NO)
        unlink = Step("unlink", AGENT, "/intake/v1/appeals/260928000002/unlink", {})
        take(harness, unlink)
        assert clocks(harness) == 0
        assert names(harness, "dispatch")[-1] == "callers_erased"

    def test_one_who_joins_later_is_asked_and_begins_a_round_with_clocks(
        self, harness: FourServices
    ) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "sign"))
        erase(harness, NO)
        harness.listen()
        link(harness, BO)
        take(harness, call("260928000002", 2, 1, say, resolved=False))
        take(harness, *steps("contact-1", "contact-1"), *steps("handle-1", "handle-1"))
        take(harness, *steps("sign-2", "sign-2"))
        assert harness.ask(AGENT, CASE).json()["round"] == 2
        assert clocks(harness) == 2


class WhenTheErasureComesInAnotherOrder:
    """An erasure has another key than a case, so a transport brings them in any order."""

    @pytest.mark.parametrize("together", [True, False])
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_it_ends_the_same(self, harness: FourServices, place: int, *, together: bool) -> None:
        for step in (receive(1, say, phone=ANN), *steps("file", "file")):
            key = step.name.replace(" ", "/")
            assert harness.tell(step.actor, str(step.path), step.body, key=key).is_success
        erase(harness, NO)
        log = [InboundEvent.of("intake", one) for one in harness.feeds["intake"].read(0, 100)]
        arriving = [one for one in log if one.envelope.stream == f"appeal-{NO}"]
        person = [one for one in log if one.envelope.stream.startswith("subject-")]
        assert person[-1].envelope.type == "intake.subject_erased.v1"
        arriving[place:place] = person
        for batch in [arriving] if together else [[one] for one in arriving]:
            outcomes = harness.unit_of_work("dispatch").handle(batch)
            assert all(isinstance(outcome, Done) for outcome in outcomes)
        harness.listen()
        assert clocks(harness) == 0
        assert names(harness, "dispatch").count("callers_erased") == 1
        assert go_to_the_end(harness, "sign") == UNCONFIRMED


def refuse_as_before(harness: FourServices) -> None:
    """Refuse the whistle as 0.1.0 did: the reason lies under the key of the case."""
    leader = Actor(person="s-2", unit=STREET, role="leader")

    def run(session: Session) -> None:
        number, case_no = WhistleNo(f"{NO}-W1"), CaseNo(NO)
        reason = session.texts.seal("张三说话难听，不必吹哨", case_stream(case_no))
        approvers: tuple[Approver, ...] = ("leader",)
        command = RefuseWhistle(
            whistle_no=number,
            case_no=case_no,
            approvers=approvers,
            reason=reason,
            meta=session.meta,
        )
        session.execute(command, whistle_stream(number), case_stream(case_no))

    identity = uuid4()
    origin = Origin(identity, leader, identity, identity)
    (outcome,) = harness.unit_of_work("dispatch").handle([CommandRequest(origin, run)])
    assert isinstance(outcome, Done), outcome


def refusal(harness: FourServices) -> object:
    return harness.ask(OFFICER, f"{WHISTLE}/request").json()["refusal"]


class WhenAReasonSpeaksOfTheCaller:
    REFUSE = Step("refuse", LEADER, f"{WHISTLE}/refusal", {"reason": "张三说话难听，不必吹哨"})

    def test_the_reason_of_a_refused_whistle_goes_with_the_person(
        self, harness: FourServices
    ) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "propose"), self.REFUSE)
        link(harness, BO)
        assert refusal(harness) == "张三说话难听，不必吹哨"
        subject = erase(harness, NO)
        harness.listen()
        assert refusal(harness) is None
        with harness.services["dispatch"].store.reading() as connection:
            owners = set(connection.execute(vault_items.select()).scalars())
            assert f"subject-{subject}" not in owners

    @pytest.mark.parametrize("last", ["propose", "handle-1"])
    def test_one_that_lies_under_the_key_of_the_case_goes_with_the_last_caller(
        self, harness: FourServices, last: str
    ) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "propose"))
        refuse_as_before(harness)
        link(harness, BO)
        if last == "handle-1":  # a case that is closed forgets as well
            take(harness, *steps("handle-1", "handle-1"))
            take(harness, call(NO, 1, 1, say, resolved=True))
            take(harness, call("260928000002", 2, 1, say, resolved=True))
            assert harness.ask(AGENT, CASE).json()["stage"] == "closed"
        erase(harness, NO)
        harness.listen()
        assert refusal(harness) == "张三说话难听，不必吹哨", "Bo still waits, or waited"
        erase(harness, "260928000002")
        harness.listen()
        assert refusal(harness) is None
        with harness.services["dispatch"].store.reading() as connection:
            case_keys = vault_keys.select().where(vault_keys.c.owner == case_stream(CaseNo(NO)))
            assert connection.execute(case_keys).all() == []

    def test_what_is_written_afterwards_is_kept(self, harness: FourServices) -> None:
        take(harness, receive(1, say, phone=ANN), *steps("file", "sign"))
        erase(harness, NO)
        harness.listen()
        left = [*steps("contact-1", "contact-1"), *steps("handle-1", "handle-1")]
        take(harness, *_without_contact(left))
        (account,) = harness.ask(OFFICER, f"{CASE}/account").json()["items"]
        assert account["account"] == say("account 1 1")


def test_every_view_is_rebuilt_as_it_was(harness: FourServices) -> None:
    take(harness, receive(1, say, phone=ANN), *steps("file", "blow"))
    link(harness, BO)
    conflict = {"officer": "s-9", "unit": STREET, "reason": "系被投诉人亲属"}
    take(harness, Step("recuse", AGENT, f"{CASE}/conflicts", conflict))
    erase(harness, NO)
    erase(harness, "260928000002")
    harness.listen()
    take(harness, Step("admit", AGENT, f"{CASE}/conflicts/s-9/lift"))
    for service in harness.services.values():
        feeds = {name: harness.feeds[name] for name in service.model.sources}
        for view in service.model.views:
            tables = view.tables.sorted_tables
            with service.store.reading() as connection:
                grown = [sorted(map(repr, connection.execute(one.select()))) for one in tables]
            rebuild(service.store, view, feeds)
            with service.store.reading() as connection:
                again = [sorted(map(repr, connection.execute(one.select()))) for one in tables]
            assert again == grown, view.name
