"""What becomes of an event of another service: done, refused, waiting, parked, or tried again."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from chassis.errors import EpochChanged, Fault, FeedGap, Unknown
from chassis.feeds.feed import LogFeed
from chassis.inbox.checkpoint import read_checkpoints
from chassis.inbox.held import HeldUnknown, count_held, list_held
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.store.tables import held, operator_log
from chassis.unit_of_work.definition import Reaction, ServiceModel
from chassis.unit_of_work.outcomes import Done, Failed, Outcome
from chassis.unit_of_work.requests import Request
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.work import system_actor
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Envelope, Recorded
from tests.counters.counter import CounterOpened
from tests.counters.follower import (
    REFUSED_UNNAMED,
    TALLIES,
    TALLY_ROWS,
    Copy,
    CopyChanged,
    CopyMade,
    Trouble,
    followers_model,
)
from tests.counters.services import Counters, Followers, ThreeServices, inbound_of
from tests.harness.feeds import UnreachableFeed
from tests.harness.service import OFFICER, ServiceHarness, refused_code


def checkpoints(services: ThreeServices) -> dict[str, int]:
    with services.followers.service.store.reading() as connection:
        return {source: one.position for source, one in read_checkpoints(connection).items()}


class WhenAnEventIsRead:
    def test_the_reaction_and_the_views_follow(self, services: ThreeServices) -> None:
        services.counters.given(
            services.counters.open("1"), services.counters.count("1"), services.counters.reset("1")
        )
        services.rate("1", 5)
        services.followers.drain()
        assert services.followers.copies() == {"1": Copy(counted=1, rated=5)}
        assert services.followers.tallies() == [("1", "hall", 1, 1, 5, 1)]
        assert checkpoints(services) == {"counters": 3, "raters": 1}
        assert services.followers.behind() == {"counters": 0, "raters": 0}

    def test_what_it_leads_to_names_its_cause(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1", key="the call"))
        services.followers.drain()
        cause = services.counters.recorded()[0].envelope
        effect = services.followers.recorded()[0].envelope
        assert effect.causation_id == cause.event_id
        assert effect.correlation_id == cause.correlation_id
        assert effect.actor == system_actor("followers")

    def test_types_without_a_reaction_are_passed_by(self, services: ThreeServices) -> None:
        services.counters.given(
            services.counters.open("1"), services.counters.count("1"), services.counters.reset("1")
        )
        unknown = services.counters.recorded()
        later = unknown[2].envelope.model_copy(update={"type": "counters.counter_painted.v9"})
        unknown[2] = Recorded(3, later.to_bytes(), b'{"colour":"red"}')
        outcomes = services.followers.deliver(*inbound_of("counters", unknown))
        assert outcomes == [Done()] * 3
        assert checkpoints(services)["counters"] == 3

    def test_it_has_its_effect_once(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"), services.counters.count("1"))
        inbound_events = inbound_of("counters", services.counters.recorded())
        assert (
            services.followers.deliver(*inbound_events, *inbound_events)[2:]
            == [Done(replayed=True)] * 2
        )
        assert services.followers.deliver(inbound_events[0]) == [Done(replayed=True)]
        assert services.followers.tallies() == [("1", "hall", 1, 0, 0, 1)]
        assert len(services.followers.log()) == 2


class WhenItIsRefused:
    def test_a_refusal_that_is_named_is_recorded_and_what_follows_goes_on(
        self, services: ThreeServices
    ) -> None:
        services.counters.given(services.counters.open("1"))
        services.rate("1", 0)
        services.rate("1", 3)
        services.followers.drain()
        assert services.followers.refused() == [("rating-1-1", 1, "rating_empty")]
        assert services.followers.held() == []
        assert services.followers.copies() == {"1": Copy(rated=3)}

    def test_the_views_still_show_that_it_happened(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        services.rate("1", 0)
        services.followers.drain()
        assert services.followers.tallies() == [("1", "hall", 0, 1, 0, 1)]

    def test_a_refusal_that_is_not_named_parks(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        services.rate("1", REFUSED_UNNAMED)
        services.followers.drain()
        assert services.followers.held() == [(1, "1", "parked", "copy_full")]
        assert services.followers.refused() == []


class WhenItComesTooEarly:
    def test_it_waits_until_the_stream_appears(self, services: ThreeServices) -> None:
        services.rate("1", 4)
        services.rate("1", 2)
        services.rate("1", 1, rater="2")
        services.followers.drain()
        waiting = [(row[1], row[2], row[3]) for row in services.followers.held()]
        assert waiting == [("1", "waiting", "copy-1"), ("1", "behind", ""), ("1", "behind", "")]
        assert services.followers.copies() == {}
        assert checkpoints(services)["raters"] == 3
        services.counters.given(services.counters.open("1"))
        services.followers.drain()
        assert services.followers.held() == []
        assert services.followers.copies() == {"1": Copy(rated=7)}
        assert services.followers.tallies() == [("1", "hall", 0, 3, 7, 1)]

    def test_it_waits_for_that_stream_and_no_other(self, services: ThreeServices) -> None:
        services.rate("1", 4)
        services.counters.given(services.counters.open("2"))
        services.followers.drain()
        assert [row[1:3] for row in services.followers.held()] == [("1", "waiting")]
        assert services.followers.copies() == {"2": Copy()}

    def test_one_that_arrives_in_the_batch_of_what_it_wants_is_released(
        self, services: ThreeServices
    ) -> None:
        services.rate("1", 4)
        services.counters.given(services.counters.open("1"))
        ratings = inbound_of("raters", services.raters.recorded())
        openings = inbound_of("counters", services.counters.recorded())
        services.followers.deliver(*ratings, *openings)
        assert [row[2] for row in services.followers.held()] == ["waiting"]
        assert services.followers.consumer.release()
        assert services.followers.copies() == {"1": Copy(rated=4)}

    def test_it_does_not_wait_for_a_stream_nobody_named(self, tmp_path: Path) -> None:
        class Lost(Unknown):
            code = "lost"
            zh = en = "Lost."

        def lose(_session: object, _event: object, _envelope: Envelope) -> None:
            raise Lost

        with_lost = ServiceModel("losers", {}, reactions={CounterOpened: Reaction(lose)})
        counters, losers = Counters(tmp_path), ServiceHarness(tmp_path, with_lost)
        counters.given(counters.open("1"))
        assert losers.deliver(*inbound_of("counters", counters.recorded())) == [Done()]
        assert [(row[4], row[6]) for row in losers.rows(held)] == [("parked", "lost")]
        for one in (counters, losers):
            one.close()


class WhenItIsPoison:
    @pytest.fixture
    def parked(self, services: ThreeServices) -> ThreeServices:
        """A rating of counter 1 breaks the reaction: three of them are read, and one of 2."""
        services.followers.trouble.poison.add("1")
        services.counters.given(services.counters.open("1"), services.counters.open("2"))
        for stars, rater in ((1, "a"), (2, "b"), (3, "a")):
            services.rate("1", stars, rater)
        services.rate("2", 5)
        services.followers.drain()
        return services

    def test_its_key_parks_in_order_and_others_go_on(self, parked: ThreeServices) -> None:
        kinds = [(row[1], row[2], row[3]) for row in parked.followers.held()]
        assert kinds == [
            ("1", "parked", "ZeroDivisionError"),
            ("1", "behind", ""),
            ("1", "behind", ""),
        ]
        assert parked.followers.copies() == {"1": Copy(), "2": Copy(rated=5)}
        assert parked.followers.tallies() == [("1", "hall", 0, 0, 0, 1), ("2", "hall", 0, 1, 5, 1)]
        assert checkpoints(parked) == {"counters": 2, "raters": 4}

    def test_the_same_key_of_another_service_goes_on(self, parked: ThreeServices) -> None:
        parked.counters.given(parked.counters.count("1"))
        parked.followers.drain()
        assert parked.followers.copies()["1"] == Copy(counted=1)

    def test_later_events_of_the_key_join_the_queue(self, parked: ThreeServices) -> None:
        parked.rate("1", 4, "c")
        parked.followers.drain()
        assert [row[2] for row in parked.followers.held()] == [
            "parked",
            "behind",
            "behind",
            "behind",
        ]

    def test_it_is_not_tried_again_by_itself(self, parked: ThreeServices) -> None:
        ran = parked.followers.trouble.run_count
        parked.followers.drain()
        parked.followers.drain()
        assert parked.followers.trouble.run_count == ran

    def test_released_too_early_it_parks_again_with_all_behind_it(
        self, parked: ThreeServices
    ) -> None:
        before = parked.followers.held()
        parked.followers.consumer.release([("raters", "1")])
        assert parked.followers.held() == before

    def test_released_after_the_repair_all_go_in_order(self, parked: ThreeServices) -> None:
        parked.followers.trouble.poison.clear()
        parked.followers.consumer.release([("raters", "1")])
        assert parked.followers.held() == []
        assert parked.followers.copies()["1"] == Copy(rated=6)
        amounts = [getattr(event, "amount", None) for event in parked.followers.events("copy-1")]
        assert amounts == [None, 1, 2, 3]

    def test_discarded_it_is_given_up_and_the_rest_goes_on(self, parked: ThreeServices) -> None:
        parked.followers.trouble.poison.clear()
        parked.followers.discard(1)
        parked.followers.drain()
        assert parked.followers.held() == []
        assert parked.followers.copies()["1"] == Copy(rated=5)
        assert parked.followers.tallies()[0] == ("1", "hall", 0, 2, 5, 1)

    def test_who_discarded_what_is_written_down_with_a_sealed_reason(
        self, parked: ThreeServices
    ) -> None:
        parked.followers.discard(1)
        ((_, action, subject, reason, person, _),) = parked.followers.rows(operator_log)
        assert (action, person) == ("discard", OFFICER.person)
        assert subject.startswith("raters/1/")
        assert "a reason" not in reason

    def test_one_that_is_not_held_cannot_be_discarded(self, parked: ThreeServices) -> None:
        def run(session: object) -> None:
            raise HeldUnknown(held_id=77)

        with pytest.raises(AssertionError, match="HeldUnknown"):
            parked.followers.discard(77)
        (outcome,) = parked.followers.do(parked.followers.command(run))
        assert refused_code(outcome) == "held_event_unknown"

    def test_an_operator_sees_where_it_stands(self, parked: ThreeServices) -> None:
        with parked.followers.service.store.reading() as connection:
            listed = list_held(connection)
            counts = count_held(connection)
        assert counts == {"parked": 1, "behind": 2}
        first = listed[0]
        assert (first.source, first.key) == ("raters", "1")
        assert (first.stream, first.version) == ("rating-1-a", 1)
        assert first.reason == "ZeroDivisionError"

    def test_a_view_that_breaks_parks_as_well(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        broken = services.counters.recorded()[0]
        odd = Recorded(1, broken.meta, broken.data.replace(b'"label":"hall"', b'"label":7'))
        assert services.followers.deliver(*inbound_of("counters", [odd])) == [Done()]
        assert [row[2:] for row in services.followers.held()] == [("parked", "ValidationError")]

    def test_a_view_that_breaks_on_what_the_reaction_appends_parks_as_well(
        self, services: ThreeServices, tmp_path: Path
    ) -> None:
        def fussy(connection: Connection, event: CopyMade) -> None:
            if event.counter == "2":
                raise ZeroDivisionError
            TALLIES.project(connection, event)

        services.counters.given(*(services.counters.open(counter) for counter in "123"))
        model = followers_model(Trouble(), replace(TALLIES, on={**TALLIES.on, CopyMade: fussy}))
        others = ServiceHarness(tmp_path / "others", model)
        assert others.deliver(*inbound_of("counters", services.counters.recorded())) == [Done()] * 3
        assert [(row[2], row[4], row[6]) for row in others.rows(held)] == [
            ("2", "parked", "ZeroDivisionError")
        ]
        assert [stream for stream, *_ in others.log()] == ["copy-1", "copy-3"]
        assert [row[0] for row in others.rows(TALLY_ROWS)] == ["1", "3"]
        others.close()


class WhenAFaultStandsInTheWay:
    def test_it_is_tried_again_and_nothing_is_skipped(self, services: ThreeServices) -> None:
        services.counters.given(
            *(services.counters.open(counter) for counter in "123"), services.counters.count("1")
        )
        services.followers.trouble.fault_count = 9
        faults = []
        for _ in range(20):
            services.followers.consumer.step()
            faults.append(services.followers.consumer.fault)
            assert services.followers.held() == []
        assert set(faults) == {"the neighbour is away", ""}
        assert faults == sorted(faults, reverse=True)  # first always, then never again
        assert services.followers.copies() == {"1": Copy(counted=1), "2": Copy(), "3": Copy()}

    def test_the_checkpoint_stays_before_what_was_not_done(self, services: ThreeServices) -> None:
        services.counters.given(*(services.counters.open(counter) for counter in "123"))
        services.followers.trouble.fault_count = 2  # once in the batch, once more on its own
        with pytest.raises(Fault, match="the neighbour is away"):
            services.followers.consumer.drain_once()
        assert checkpoints(services) == {"counters": 0}
        assert services.followers.copies() == {"2": Copy(), "3": Copy()}  # other keys go on

    def test_what_follows_in_another_stream_of_its_key_waits_with_it(
        self, services: ThreeServices
    ) -> None:
        services.counters.given(services.counters.open("1"), services.counters.open("2"))
        services.followers.drain()
        for counter, stars, rater in (("1", 1, "a"), ("1", 2, "b"), ("2", 3, "a")):
            services.rate(counter, stars, rater)
        services.followers.trouble.fault_count = 2
        with pytest.raises(Fault, match="the neighbour is away"):
            services.followers.consumer.drain_once()
        assert services.followers.copies() == {"1": Copy(), "2": Copy(rated=3)}
        services.followers.drain()
        marks = [
            event for event in services.followers.events("copy-1") if isinstance(event, CopyChanged)
        ]
        assert [event.amount for event in marks] == [1, 2]

    def test_the_harness_notices_one_that_is_swallowed(
        self, services: ThreeServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        followers = services.followers

        def swallow(_unit_of_work: UnitOfWork, request: Request, _error: Exception) -> Outcome:
            """Take what failed for dealt with, and go on."""
            assert isinstance(request, InboundEvent)
            with followers.service.store.writing() as connection:
                inbox = Inbox(connection, followers.clock.now())
                inbox.load([request])
                inbox.mark_seen(request)
                inbox.flush()
            return Done()

        monkeypatch.setattr(UnitOfWork, "broken", swallow)
        services.counters.given(*(services.counters.open(counter) for counter in "123"))
        followers.trouble.fault_count = 2
        followers.drain()
        assert followers.copies() == {"2": Copy(), "3": Copy()}  # counter 1 is lost
        assert followers.behind() == {"counters": 0, "raters": 0}  # and nobody would know

    def test_one_source_that_is_away_does_not_stop_the_other(
        self, services: ThreeServices, tmp_path: Path
    ) -> None:
        feeds = {"raters": UnreachableFeed(), "counters": services.feeds()["counters"]}
        followers = Followers(tmp_path / "others", feeds=feeds)
        services.counters.given(services.counters.open("1"))
        assert not followers.consumer.step()
        assert followers.consumer.fault == "no route"
        assert followers.copies() == {"1": Copy()}
        assert followers.behind() == {"raters": -1, "counters": 0}
        followers.close()

    def test_its_thread_follows_and_ends(self, services: ThreeServices, tmp_path: Path) -> None:
        followers = Followers(tmp_path / "others", feeds=services.feeds(), make_writer=Writer)
        consumer, commit_signal = followers.consumer, followers.service.commit_signal
        services.counters.given(services.counters.open("1"))
        seen = commit_signal.count
        followers.service.writer.start()
        consumer.start()
        assert commit_signal.wait(seen, 10) > seen
        consumer.stop()
        consumer.join(10)
        assert not consumer.is_alive()
        followers.service.writer.stop()
        assert followers.copies() == {"1": Copy()}
        followers.close()


class WhenTheFeedIsNotWhatItWas:
    def test_a_gap_stops_and_shows(self, services: ThreeServices, tmp_path: Path) -> None:
        services.counters.given(
            services.counters.open("1"), services.counters.count("1"), services.counters.reset("1")
        )
        first, _, third = inbound_of("counters", services.counters.recorded())
        outcomes = services.followers.deliver(first, third)
        assert outcomes[0] == Done()
        assert isinstance(outcomes[1], Failed)
        assert isinstance(outcomes[1].error, FeedGap)
        assert checkpoints(services)["counters"] == 1

        class Gapped(LogFeed):
            def read(self, after: int, limit: int) -> list[Recorded]:
                return [third.recorded]

        feeds = {"counters": Gapped(services.counters.service.store)}
        followers = Followers(tmp_path / "others", feeds=feeds)
        followers.deliver(first)
        assert not followers.consumer.step()
        assert "counter-1" in followers.consumer.fault
        assert followers.behind() == {"counters": 2}
        followers.close()

    def test_another_log_stops_and_shows(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        services.followers.drain()
        restored = services.counters.recorded()[0].envelope.model_copy(
            update={"log_id": uuid4(), "stream": "counter-2"}
        )
        other = Recorded.of(2, restored, services.counters.recorded()[0].data)
        (outcome,) = services.followers.deliver(*inbound_of("counters", [other]))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, EpochChanged)
        assert checkpoints(services)["counters"] == 1
        assert services.followers.copies() == {"1": Copy()}
