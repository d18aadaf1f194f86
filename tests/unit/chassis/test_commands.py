"""The unit of work: what a command appends, and how it is answered, refused, replayed, undone."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from chassis.errors import Fault
from chassis.logs import trace_of_work, working_on
from chassis.store.tables import claims, commands, deadlines, sequences, vault_items, vault_keys
from chassis.unit_of_work.names import Claim
from chassis.unit_of_work.outcomes import Done, ExecutedBatch, Failed, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin
from chassis.vault import DIGEST_OWNER
from contracts.envelope import Actor
from tests.counters.counter import LABEL_ROWS, Counter, NoCounter, Open, Reset
from tests.counters.services import Counters
from tests.harness.service import OFFICER, START, command_id, refused_code
from tests.unit.chassis.broken import BREAKAGES, break_with, fussy_counters

COUNTER = "counter-1"


class WhenACommandIsAccepted:
    def test_its_events_stand_in_the_log(self, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1"))
        assert counters.log() == [(COUNTER, 1, "counter_opened"), (COUNTER, 2, "counter_counted")]

    def test_it_answers_with_the_stream_and_its_new_version(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        assert counters.do(counters.count("1")) == [Done(COUNTER, 2)]

    def test_the_envelope_says_who_when_and_why(self, counters: Counters) -> None:
        counters.clock.moment = START + timedelta(minutes=5)
        counters.given(counters.open("1", key="a"))
        (one,) = counters.recorded()
        envelope = one.envelope
        assert (one.position, envelope.version, envelope.key) == (1, 1, "1")
        assert envelope.actor == OFFICER
        assert envelope.recorded_at == START + timedelta(minutes=5)
        assert envelope.correlation_id == envelope.causation_id == command_id("a")
        assert envelope.log_id == counters.service.store.log_id
        assert one.meta == envelope.to_bytes()

    def test_its_own_views_follow_at_once(self, counters: Counters) -> None:
        counters.given(counters.open("2"), counters.open("1"), counters.count("1"))
        assert counters.rows(LABEL_ROWS) == [("1", "hall", 1), ("2", "hall", 0)]

    def test_a_later_command_of_the_batch_sees_what_it_will_append(
        self, counters: Counters
    ) -> None:
        outcomes = counters.do(counters.open("1"), counters.count("1"), counters.reset("1"))
        assert outcomes == [Done(COUNTER, 1), Done(COUNTER, 2), Done(COUNTER, 3)]
        assert [version for _, version, _ in counters.log()] == [1, 2, 3]

    def test_one_that_changes_nothing_answers_with_what_it_names(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        assert counters.do(counters.command(lambda session: session.reply_with(COUNTER))) == [
            Done(COUNTER, 1)
        ]
        assert len(counters.log()) == 1

    def test_the_stream_folds_to_what_was_decided_on(self, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1", amount=7))
        state = counters.service.load(COUNTER).state
        assert isinstance(state, Counter)
        assert state.amount == 7
        assert counters.service.load(COUNTER, as_of=0).state == NoCounter()
        assert counters.service.load(COUNTER, as_of=1).version == 1


class WhenACommandIsRefused:
    def test_nothing_is_written(self, counters: Counters) -> None:
        (outcome,) = counters.do(counters.count("1", key="a"))
        assert refused_code(outcome) == "counter_unknown"
        assert counters.log() == []
        assert counters.rows(commands) == []

    def test_the_same_command_may_succeed_later(self, counters: Counters) -> None:
        early = counters.count("1", key="a")
        assert refused_code(counters.do(early)[0]) == "counter_unknown"
        counters.given(counters.open("1"))
        assert counters.do(early) == [Done(COUNTER, 2)]

    def test_all_streams_of_one_command_agree_or_none_changes(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        (outcome,) = counters.do(counters.count("1", "2"))
        assert refused_code(outcome) == "counter_unknown"
        assert isinstance(outcome, Refused)
        assert getattr(outcome.refusal, "stream", "") == "counter-2"
        assert counters.log() == [(COUNTER, 1, "counter_opened")]
        assert counters.do(counters.open("2"), counters.count("1", "2")) == [
            Done("counter-2", 1),
            Done(COUNTER, 2),
        ]

    def test_claims_sequences_and_texts_are_given_back(self, counters: Counters) -> None:
        def take_all_then_fail(session: Session) -> None:
            session.names.claim("source", "external-1", Claim(COUNTER, b"digest"))
            assert session.names.next_number("serial") == 1
            session.texts.seal("a name", "subject-1")
            session.execute(Reset(START), COUNTER)

        assert (
            refused_code(counters.do(counters.command(take_all_then_fail))[0]) == "counter_unknown"
        )
        for table in (claims, sequences, vault_items):
            assert counters.rows(table) == [], table.name
        assert [row[0] for row in counters.rows(vault_keys)] == [DIGEST_OWNER]

    def test_a_number_of_a_refused_command_is_given_out_again(self, counters: Counters) -> None:
        given_out: list[int] = []

        def count(session: Session) -> None:
            given_out.append(session.names.next_number("serial"))
            session.execute(Open(str(given_out[-1]), "hall", START), f"counter-{given_out[-1]}")

        def count_in_vain(session: Session) -> None:
            given_out.append(session.names.next_number("serial"))
            session.execute(Reset(START), f"counter-{given_out[-1]}")

        counters.do(*(counters.command(run) for run in (count, count_in_vain, count)))
        # What was refused had written something, so the batch was executed again from its start.
        assert given_out == [1, 2, 1, 2, 2]
        assert counters.log() == [
            ("counter-1", 1, "counter_opened"),
            ("counter-2", 1, "counter_opened"),
        ]


class WhenANameIsClaimed:
    def test_later_commands_see_who_holds_it_and_for_what(self, counters: Counters) -> None:
        seen: list[Claim | None] = []
        first = counters.command(
            lambda session: session.names.claim("source", "n", Claim(COUNTER, b"d"))
        )
        look = counters.command(lambda session: seen.append(session.names.claimed("source", "n")))
        back = counters.command(lambda session: session.names.unclaim("source", COUNTER))
        counters.do(look, first, look, back, look)
        assert seen == [None, Claim(COUNTER, b"d"), None]

    def test_it_is_given_once(self, counters: Counters) -> None:
        requests = [
            counters.command(
                lambda session: session.names.claim("source", "n", Claim(COUNTER, b"d"))
            )
            for _ in range(2)
        ]
        first, second = counters.do(*requests)
        assert first == Done()
        assert isinstance(second, Failed)
        assert counters.rows(claims) == [("source", "n", COUNTER, b"d")]


class WhenACommandComesAgain:
    def test_the_first_answer_is_given_and_nothing_is_done(self, counters: Counters) -> None:
        first = counters.open("1", key="a")
        assert counters.do(first) == [Done(COUNTER, 1)]
        counters.given(counters.count("1"))
        assert counters.do(first) == [Done(COUNTER, 1, replayed=True)]
        assert len(counters.log()) == 2

    def test_the_same_holds_within_a_batch(self, counters: Counters) -> None:
        first = counters.open("1", key="a")
        assert counters.do(first, first) == [Done(COUNTER, 1), Done(COUNTER, 1, replayed=True)]
        assert counters.log() == [(COUNTER, 1, "counter_opened")]

    @pytest.mark.parametrize("together", [True, False])
    def test_another_request_under_its_key_is_refused(
        self, counters: Counters, *, together: bool
    ) -> None:
        counters.given(counters.open("1"))
        first = counters.count("1", amount=1, key="a")
        other = counters.count("1", amount=2, key="a")
        outcomes = (
            counters.do(first, other) if together else counters.do(first) + counters.do(other)
        )
        assert outcomes[0] == Done(COUNTER, 2)
        assert refused_code(outcomes[1]) == "idempotency_key_reused"
        assert len(counters.log()) == 2

    def test_it_is_recognised_before_if_match_is_looked_at(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        count = counters.count("1", key="a", version=1)
        assert counters.do(count) == [Done(COUNTER, 2)]
        assert counters.do(count) == [Done(COUNTER, 2, replayed=True)]

    def test_what_is_kept_of_it_is_a_digest_and_where_its_events_stand(
        self, counters: Counters
    ) -> None:
        counters.given(counters.open("9"), counters.open("1", "2", key="a"))
        row = (str(command_id("a")), counters.service.vault.digest(b"open"), COUNTER, 1, 2, 3)
        assert row in counters.rows(commands)


class WhenItActsOnAnOldVersion:
    def test_it_is_stale(self, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1"), counters.reset("1"))
        (outcome,) = counters.do(counters.count("1", version=2))
        assert refused_code(outcome) == "stale_version"
        assert isinstance(outcome, Refused)
        assert outcome.refusal.facts == {"expected": 2, "actual": 3}
        assert counters.do(counters.count("1", version=3)) == [Done(COUNTER, 4)]

    def test_of_two_in_a_batch_that_saw_the_same_one_wins(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        first, second = counters.do(counters.count("1", version=1), counters.count("1", version=1))
        assert first == Done(COUNTER, 2)
        assert refused_code(second) == "stale_version"


class WhenOneOfABatchIsBad:
    @pytest.mark.parametrize("breakage", BREAKAGES)
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_the_others_do_not_notice(self, tmp_path: Path, breakage: str, place: int) -> None:
        with fussy_counters(tmp_path) as fussy:
            fussy.given(fussy.open("bad"))
            before = len(fussy.log())
            batch = [fussy.open("1"), fussy.open("2")]
            batch.insert(place, break_with(breakage, fussy, "bad"))
            outcomes = fussy.do(*batch)
            bad = outcomes.pop(place)
            assert not isinstance(bad, Done)
            assert outcomes == [Done("counter-1", 1), Done("counter-2", 1)]
            new = fussy.log()[before:]
            assert new == [("counter-1", 1, "counter_opened"), ("counter-2", 1, "counter_opened")]

    def test_a_fault_is_told_from_a_refusal(self, counters: Counters) -> None:
        def stumble(_session: Session) -> None:
            raise Fault("the neighbour is away")

        (outcome,) = counters.do(counters.command(stumble))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Fault)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    script=st.lists(
        st.tuples(st.sampled_from(["open", "count", "reset"]), st.sampled_from("12")), max_size=12
    ),
    cuts=st.sets(st.integers(1, 11)),
)
def test_how_commands_are_batched_never_shows(
    counters: Counters, script: list[tuple[str, str]], cuts: set[int]
) -> None:
    def run(cuts: set[int]) -> tuple[list[str], list[tuple[str, int, str]], list[str]]:
        own = f"{uuid4().hex}-"  # counters of this run alone
        requests = [getattr(counters, verb)(own + counter) for verb, counter in script]
        edges = [0, *sorted(cut for cut in cuts if cut < len(requests)), len(requests)]
        said = [
            _outcome_name(outcome).replace(own, "")
            for begin, end in pairwise(edges)
            for outcome in counters.do(*requests[begin:end])
        ]
        log = [(name.replace(own, ""), n, what) for name, n, what in counters.log() if own in name]
        rows = [str(row).replace(own, "") for row in counters.rows(LABEL_ROWS) if own in row[0]]
        return said, log, rows

    one_by_one = run(set(range(1, len(script))))
    assert run(cuts) == one_by_one
    assert run(set()) == one_by_one


def _outcome_name(outcome: Outcome) -> str:
    return refused_code(outcome) if isinstance(outcome, Refused) else repr(outcome)


def test_actors_are_told_apart_by_the_request_alone(counters: Counters) -> None:
    other = Actor(person="p-2", unit="gas-company", role="officer")
    request = counters.open("1")
    counters.given(
        CommandRequest(
            Origin(command_id("x"), other, command_id("c"), command_id("d")), request.run
        )
    )
    envelope = counters.recorded()[0].envelope
    assert envelope.actor == other
    assert (envelope.correlation_id, envelope.causation_id) == (command_id("c"), command_id("d"))
    assert counters.rows(commands) == []  # without a digest it is deduplicated by other means


def test_a_deadline_index_row_never_outlives_a_refusal(counters: Counters) -> None:
    def open_then_fail(session: Session) -> None:
        session.execute(Open("1", "hall", START, (START + timedelta(hours=1),)), COUNTER)
        session.connection.execute(insert(sequences).values(scope="s", last=1))
        session.execute(Reset(START), "counter-2")

    assert refused_code(counters.do(counters.command(open_then_fail))[0]) == "counter_unknown"
    assert counters.rows(deadlines) == []


def test_what_is_logged_while_working_names_the_conversation(counters: Counters) -> None:
    seen: list[object] = []
    request = counters.command(lambda _session: seen.append(working_on.get()))
    counters.given(request)
    assert seen == [request.origin.correlation_id]
    assert working_on.get() is None
    working_on.set(request.origin.correlation_id)
    assert trace_of_work(None, "", {"event": "x"}) == {
        "event": "x",
        "trace_id": request.origin.correlation_id.hex,
    }
    working_on.set(None)
    assert trace_of_work(None, "", {"event": "x"}) == {"event": "x"}


def test_every_listener_is_called_and_one_that_breaks_harms_nobody(counters: Counters) -> None:
    first: list[ExecutedBatch] = []
    last: list[ExecutedBatch] = []

    def broken(_executed: ExecutedBatch) -> None:
        raise ZeroDivisionError

    counters.unit_of_work.on_commit += [first.append, broken, last.append]
    counters.given(counters.open("1"), counters.open("2"))
    assert len(counters.log()) == 2
    assert first == last
    assert [one.first_position for one in last] == [1, 2]
