"""The one door, command by command: what is appended, answered, refused, replayed and undone."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from chassis.errors import Fault
from chassis.logs import _trace_of_work, working_on
from chassis.store.tables import claims, commands, deadlines, sequences, vault_items, vault_keys
from chassis.unit_of_work.session import Claim, CommandRequest, Session
from chassis.unit_of_work.unit_of_work import Done, ExecutedBatch, Failed, Outcome, Refused
from contracts.envelope import Actor
from tests.house import House, command_id, refused_code
from tests.lamps import KEEPER, START, DimLamp, HangLamp, Lit, NoLamp, Rooms
from tests.unit.chassis.broken import BREAKAGES, break_with, fussy_house

LAMP = "lamp-1"


class WhenACommandIsAccepted:
    def test_its_events_stand_in_the_log(self, house: House) -> None:
        house.given(house.hang("1"), house.light("1"))
        assert house.log() == [(LAMP, 1, "lamp_hung"), (LAMP, 2, "lamp_lit")]

    def test_it_answers_with_the_stream_and_its_new_version(self, house: House) -> None:
        house.given(house.hang("1"))
        assert house.do(house.light("1")) == [Done(LAMP, 2)]

    def test_the_envelope_says_who_when_and_why(self, house: House) -> None:
        house.clock.moment = START + timedelta(minutes=5)
        house.given(house.hang("1", key="a"))
        (one,) = house.recorded()
        envelope = one.envelope
        assert (one.position, envelope.version, envelope.key) == (1, 1, "1")
        assert envelope.actor == KEEPER
        assert envelope.recorded_at == START + timedelta(minutes=5)
        assert envelope.correlation_id == envelope.causation_id == command_id("a")
        assert envelope.log_id == house.service.store.log_id
        assert one.meta == envelope.to_bytes()

    def test_its_own_views_follow_at_once(self, house: House) -> None:
        house.given(house.hang("2"), house.hang("1"), house.light("1"))
        (view,) = house.model.views
        assert house.rows(view.tables.tables["rooms"]) == [("1", "hall", 1), ("2", "hall", 0)]

    def test_a_later_command_of_the_batch_sees_what_it_will_append(self, house: House) -> None:
        outcomes = house.do(house.hang("1"), house.light("1"), house.dim("1"))
        assert outcomes == [Done(LAMP, 1), Done(LAMP, 2), Done(LAMP, 3)]
        assert [version for _, version, _ in house.log()] == [1, 2, 3]

    def test_one_that_changes_nothing_answers_with_what_it_names(self, house: House) -> None:
        house.given(house.hang("1"))
        assert house.do(house.work(lambda session: session.reply_with(LAMP))) == [Done(LAMP, 1)]
        assert len(house.log()) == 1

    def test_the_stream_folds_to_what_was_decided_on(self, house: House) -> None:
        house.given(house.hang("1"), house.light("1", brightness=7))
        state = house.service.load(LAMP).state
        assert isinstance(state, Lit)
        assert state.brightness == 7
        assert house.service.load(LAMP, as_of=0).state == NoLamp()
        assert house.service.load(LAMP, as_of=1).version == 1


class WhenACommandIsRefused:
    def test_nothing_is_written(self, house: House) -> None:
        (outcome,) = house.do(house.light("1", key="a"))
        assert refused_code(outcome) == "lamp_unknown"
        assert house.log() == []
        assert house.rows(commands) == []

    def test_the_same_command_may_succeed_later(self, house: House) -> None:
        early = house.light("1", key="a")
        assert refused_code(house.do(early)[0]) == "lamp_unknown"
        house.given(house.hang("1"))
        assert house.do(early) == [Done(LAMP, 2)]

    def test_all_streams_of_one_command_agree_or_none_changes(self, house: House) -> None:
        house.given(house.hang("1"))
        (outcome,) = house.do(house.light("1", "2"))
        assert refused_code(outcome) == "lamp_unknown"
        assert isinstance(outcome, Refused)
        assert getattr(outcome.refusal, "stream", "") == "lamp-2"
        assert house.log() == [(LAMP, 1, "lamp_hung")]
        assert house.do(house.hang("2"), house.light("1", "2")) == [
            Done("lamp-2", 1),
            Done(LAMP, 2),
        ]

    def test_claims_sequences_and_texts_are_given_back(self, house: House) -> None:
        def take_all_then_fail(session: Session) -> None:
            session.claim("source", "external-1", Claim(LAMP, b"digest"))
            assert session.next_number("serial") == 1
            session.seal("a name", "subject-1")
            session.execute(DimLamp(START), LAMP)

        assert refused_code(house.do(house.work(take_all_then_fail))[0]) == "lamp_unknown"
        for table in (claims, sequences, vault_items, vault_keys):
            assert house.rows(table) == [], table.name

    def test_a_number_of_a_refused_command_is_given_out_again(self, house: House) -> None:
        given_out: list[int] = []

        def count(session: Session) -> None:
            given_out.append(session.next_number("serial"))
            session.execute(HangLamp("hall", START), f"lamp-{given_out[-1]}")

        def count_in_vain(session: Session) -> None:
            given_out.append(session.next_number("serial"))
            session.execute(DimLamp(START), f"lamp-{given_out[-1]}")

        house.do(*(house.work(run) for run in (count, count_in_vain, count)))
        # What was refused had written something, so the batch was executed again from its start.
        assert given_out == [1, 2, 1, 2, 2]
        assert house.log() == [("lamp-1", 1, "lamp_hung"), ("lamp-2", 1, "lamp_hung")]


class WhenANameIsClaimed:
    def test_later_commands_see_who_holds_it_and_for_what(self, house: House) -> None:
        seen: list[Claim | None] = []
        first = house.work(lambda session: session.claim("source", "n", Claim(LAMP, b"d")))
        look = house.work(lambda session: seen.append(session.claimed("source", "n")))
        back = house.work(lambda session: session.unclaim("source", LAMP))
        house.do(look, first, look, back, look)
        assert seen == [None, Claim(LAMP, b"d"), None]

    def test_it_is_given_once(self, house: House) -> None:
        works = [
            house.work(lambda session: session.claim("source", "n", Claim(LAMP, b"d")))
            for _ in range(2)
        ]
        first, second = house.do(*works)
        assert first == Done()
        assert isinstance(second, Failed)
        assert house.rows(claims) == [("source", "n", LAMP, b"d")]


class WhenACommandComesAgain:
    def test_the_first_answer_is_given_and_nothing_is_done(self, house: House) -> None:
        hang = house.hang("1", key="a")
        assert house.do(hang) == [Done(LAMP, 1)]
        house.given(house.light("1"))
        assert house.do(hang) == [Done(LAMP, 1, replayed=True)]
        assert len(house.log()) == 2

    def test_the_same_holds_within_a_batch(self, house: House) -> None:
        hang = house.hang("1", key="a")
        assert house.do(hang, hang) == [Done(LAMP, 1), Done(LAMP, 1, replayed=True)]
        assert house.log() == [(LAMP, 1, "lamp_hung")]

    @pytest.mark.parametrize("together", [True, False])
    def test_another_request_under_its_key_is_refused(
        self, house: House, *, together: bool
    ) -> None:
        house.given(house.hang("1"))
        first = house.light("1", brightness=1, key="a")
        other = house.light("1", brightness=2, key="a")
        outcomes = house.do(first, other) if together else house.do(first) + house.do(other)
        assert outcomes[0] == Done(LAMP, 2)
        assert refused_code(outcomes[1]) == "idempotency_key_reused"
        assert len(house.log()) == 2

    def test_it_is_recognised_before_if_match_is_looked_at(self, house: House) -> None:
        house.given(house.hang("1"))
        light = house.light("1", key="a", version=1)
        assert house.do(light) == [Done(LAMP, 2)]
        assert house.do(light) == [Done(LAMP, 2, replayed=True)]

    def test_what_is_kept_of_it_is_a_digest_and_where_its_events_stand(self, house: House) -> None:
        house.given(house.hang("9"), house.hang("1", "2", key="a"))
        row = (str(command_id("a")), house.service.vault.digest(b"hang"), LAMP, 1, 2, 3)
        assert row in house.rows(commands)


class WhenItActsOnAnOldVersion:
    def test_it_is_stale(self, house: House) -> None:
        house.given(house.hang("1"), house.light("1"), house.dim("1"))
        (outcome,) = house.do(house.light("1", version=2))
        assert refused_code(outcome) == "stale_version"
        assert isinstance(outcome, Refused)
        assert outcome.refusal.facts == {"expected": 2, "actual": 3}
        assert house.do(house.light("1", version=3)) == [Done(LAMP, 4)]

    def test_of_two_in_a_batch_that_saw_the_same_one_wins(self, house: House) -> None:
        house.given(house.hang("1"))
        first, second = house.do(house.light("1", version=1), house.light("1", version=1))
        assert first == Done(LAMP, 2)
        assert refused_code(second) == "stale_version"


class WhenOneOfABatchIsBad:
    @pytest.mark.parametrize("breakage", BREAKAGES)
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_the_others_do_not_notice(self, tmp_path: Path, breakage: str, place: int) -> None:
        with fussy_house(tmp_path) as fussy:
            fussy.given(fussy.hang("bad"))
            before = len(fussy.log())
            batch = [fussy.hang("1"), fussy.hang("2")]
            batch.insert(place, break_with(breakage, fussy, "bad"))
            outcomes = fussy.do(*batch)
            bad = outcomes.pop(place)
            assert not isinstance(bad, Done)
            assert outcomes == [Done("lamp-1", 1), Done("lamp-2", 1)]
            new = fussy.log()[before:]
            assert new == [("lamp-1", 1, "lamp_hung"), ("lamp-2", 1, "lamp_hung")]

    def test_a_fault_is_told_from_a_refusal(self, house: House) -> None:
        def stumble(_session: Session) -> None:
            raise Fault("the neighbour is away")

        (outcome,) = house.do(house.work(stumble))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Fault)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    script=st.lists(
        st.tuples(st.sampled_from(["hang", "light", "dim"]), st.sampled_from("12")), max_size=12
    ),
    cuts=st.sets(st.integers(1, 11)),
)
def test_how_commands_are_batched_never_shows(
    house: House, script: list[tuple[str, str]], cuts: set[int]
) -> None:
    def run(cuts: set[int]) -> tuple[list[str], list[tuple[str, int, str]], list[str]]:
        own = f"{uuid4().hex}-"  # lamps of this run alone
        works = [getattr(house, verb)(own + lamp) for verb, lamp in script]
        edges = [0, *sorted(cut for cut in cuts if cut < len(works)), len(works)]
        said = [
            _said(outcome).replace(own, "")
            for begin, end in pairwise(edges)
            for outcome in house.do(*works[begin:end])
        ]
        log = [(name.replace(own, ""), n, what) for name, n, what in house.log() if own in name]
        rows = [str(row).replace(own, "") for row in house.rows(Rooms.rows) if own in row[0]]
        return said, log, rows

    one_by_one = run(set(range(1, len(script))))
    assert run(cuts) == one_by_one
    assert run(set()) == one_by_one


def _said(outcome: Outcome) -> str:
    return refused_code(outcome) if isinstance(outcome, Refused) else repr(outcome)


def test_actors_are_told_apart_by_the_work_alone(house: House) -> None:
    other = Actor(person="p-2", unit="gas-company", role="officer")
    work = house.hang("1")
    house.given(
        CommandRequest(
            command_id=command_id("x"),
            run=work.run,
            actor=other,
            correlation_id=command_id("c"),
            causation_id=command_id("d"),
        )
    )
    envelope = house.recorded()[0].envelope
    assert envelope.actor == other
    assert (envelope.correlation_id, envelope.causation_id) == (command_id("c"), command_id("d"))
    assert house.rows(commands) == []  # without a digest it is deduplicated by other means


def test_a_deadline_index_row_never_outlives_a_refusal(house: House) -> None:
    def hang_then_fail(session: Session) -> None:
        session.execute(HangLamp("hall", START, (START + timedelta(hours=1),)), LAMP)
        session.connection.execute(insert(sequences).values(scope="s", last=1))
        session.execute(DimLamp(START), "lamp-2")

    assert refused_code(house.do(house.work(hang_then_fail))[0]) == "lamp_unknown"
    assert house.rows(deadlines) == []


def test_what_is_logged_while_working_names_the_conversation(house: House) -> None:
    seen: list[object] = []
    work = house.work(lambda _session: seen.append(working_on.get()))
    house.given(work)
    assert seen == [work.correlation_id]
    assert working_on.get() is None
    working_on.set(work.correlation_id)
    assert _trace_of_work(None, "", {"event": "x"}) == {
        "event": "x",
        "trace_id": work.correlation_id.hex,
    }
    working_on.set(None)
    assert _trace_of_work(None, "", {"event": "x"}) == {"event": "x"}


def test_an_observer_that_breaks_harms_nothing(house: House) -> None:
    def broken(_done: ExecutedBatch) -> None:
        raise ZeroDivisionError

    house.unit_of_work.observer = broken
    house.given(house.hang("1"), house.hang("2"))
    assert len(house.log()) == 2
