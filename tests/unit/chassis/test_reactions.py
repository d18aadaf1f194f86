"""What becomes of an event of another service: done, refused, waiting, parked, or tried again."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from chassis.errors import EpochChanged, Fault, FeedGap, Unknown
from chassis.feeds.consumer import Consumer
from chassis.inbox.held import HeldUnknown, count_held, list_held
from chassis.inbox.inbox import InboundEvent, Inbox, checkpoint_of
from chassis.store.tables import held, operator_log
from chassis.unit_of_work.definition import Reaction, ServiceModel
from chassis.unit_of_work.unit_of_work import Done, Failed, Item, Outcome, UnitOfWork, system_actor
from chassis.unit_of_work.writer import CommitSignal, Writer
from contracts.envelope import Envelope, Recorded
from contracts.event import Event
from tests.house import House, refused_code
from tests.lamps import LampHung
from tests.porters import SPENT, Tag, TagMade, TagMarked, Tallies, Trouble, porters_blueprint
from tests.town import Town, arrivals_of


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    opened = Town(tmp_path)
    yield opened
    opened.close()


def checkpoints(town: Town) -> dict[str, int]:
    with town.porters.service.store.reading() as connection:
        return {name: checkpoint_of(connection, name) for name in ("lamps", "guests")}


class WhenAnEventIsHeard:
    def test_the_reaction_and_the_views_follow(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"), town.lamps.dim("1"))
        town.praise("1", 5)
        town.porters.drain()
        assert town.porters.tags() == {"1": Tag(lit=1, praised=5)}
        assert town.porters.tallies() == [("1", "hall", 1, 1, 5, 1)]
        assert checkpoints(town) == {"lamps": 3, "guests": 1}
        assert town.porters.consumer.behind() == {"lamps": 0, "guests": 0}

    def test_what_it_leads_to_names_its_cause(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1", key="the call"))
        town.porters.drain()
        cause = town.lamps.recorded()[0].envelope
        effect = town.porters.recorded()[0].envelope
        assert effect.causation_id == cause.event_id
        assert effect.correlation_id == cause.correlation_id
        assert effect.actor == system_actor("porters")

    def test_types_without_a_reaction_are_passed_by(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"), town.lamps.dim("1"))
        unknown = town.lamps.recorded()
        later = unknown[2].envelope.model_copy(update={"type": "intake.lamp_painted.v9"})
        unknown[2] = Recorded(3, later.to_bytes(), b'{"colour":"red"}')
        outcomes = town.porters.deliver(*arrivals_of("lamps", unknown))
        assert outcomes == [Done()] * 3
        assert checkpoints(town)["lamps"] == 3

    def test_it_has_its_effect_once(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"))
        inbound_events = arrivals_of("lamps", town.lamps.recorded())
        assert (
            town.porters.deliver(*inbound_events, *inbound_events)[2:] == [Done(replayed=True)] * 2
        )
        assert town.porters.deliver(inbound_events[0]) == [Done(replayed=True)]
        assert town.porters.tallies() == [("1", "hall", 1, 0, 0, 1)]
        assert len(town.porters.log()) == 2


class WhenItIsRefused:
    def test_a_refusal_that_is_named_is_recorded_and_what_follows_goes_on(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.praise("1", 0)
        town.praise("1", 3)
        town.porters.drain()
        assert town.porters.refused() == [("praise-1-1", 1, "praise_empty")]
        assert town.porters.held() == []
        assert town.porters.tags() == {"1": Tag(praised=3)}

    def test_the_views_still_show_that_it_happened(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.praise("1", 0)
        town.porters.drain()
        assert town.porters.tallies() == [("1", "hall", 0, 1, 0, 1)]

    def test_a_refusal_that_is_not_named_parks(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.praise("1", SPENT)
        town.porters.drain()
        assert town.porters.held() == [(1, "1", "parked", "tag_spent")]
        assert town.porters.refused() == []


class WhenItComesTooEarly:
    def test_it_waits_until_the_stream_appears(self, town: Town) -> None:
        town.praise("1", 4)
        town.praise("1", 2)
        town.praise("1", 1, guest="2")
        town.porters.drain()
        waiting = [(row[1], row[2], row[3]) for row in town.porters.held()]
        assert waiting == [("1", "waiting", "tag-1"), ("1", "behind", ""), ("1", "behind", "")]
        assert town.porters.tags() == {}
        assert checkpoints(town)["guests"] == 3
        town.lamps.given(town.lamps.hang("1"))
        town.porters.drain()
        assert town.porters.held() == []
        assert town.porters.tags() == {"1": Tag(praised=7)}
        assert town.porters.tallies() == [("1", "hall", 0, 3, 7, 1)]

    def test_it_waits_for_that_stream_and_no_other(self, town: Town) -> None:
        town.praise("1", 4)
        town.lamps.given(town.lamps.hang("2"))
        town.porters.drain()
        assert [row[1:3] for row in town.porters.held()] == [("1", "waiting")]
        assert town.porters.tags() == {"2": Tag()}

    def test_one_that_arrives_in_the_batch_of_what_it_wants_is_released(self, town: Town) -> None:
        town.praise("1", 4)
        town.lamps.given(town.lamps.hang("1"))
        guests = arrivals_of("guests", town.guests.recorded())
        lamps = arrivals_of("lamps", town.lamps.recorded())
        town.porters.deliver(*guests, *lamps)
        assert [row[2] for row in town.porters.held()] == ["waiting"]
        assert town.porters.consumer.release()
        assert town.porters.tags() == {"1": Tag(praised=4)}

    def test_it_does_not_wait_for_a_stream_nobody_named(self, tmp_path: Path) -> None:
        class Lost(Unknown):
            code = "lost"
            zh = en = "Lost."

        def lose(_session: object, _event: object, _envelope: Envelope) -> None:
            raise Lost

        with_lost = ServiceModel("losers", {}, reactions={LampHung.wire: Reaction(lose)})
        lamps, losers = House(tmp_path / "a"), House(tmp_path / "b", with_lost)
        lamps.given(lamps.hang("1"))
        assert losers.unit_of_work.handle(arrivals_of("lamps", lamps.recorded())) == [Done()]
        assert [(row[4], row[6]) for row in losers.rows(held)] == [("parked", "lost")]
        for house in (lamps, losers):
            house.close()


class WhenItIsPoison:
    @pytest.fixture
    def parked(self, town: Town) -> Town:
        """Lamp 1's praise breaks the reaction; three of it, and one of lamp 2, were heard."""
        town.porters.trouble.poison.add("1")
        town.lamps.given(town.lamps.hang("1"), town.lamps.hang("2"))
        for stars, guest in ((1, "a"), (2, "b"), (3, "a")):
            town.praise("1", stars, guest)
        town.praise("2", 5)
        town.porters.drain()
        return town

    def test_its_key_parks_in_order_and_others_go_on(self, parked: Town) -> None:
        kinds = [(row[1], row[2], row[3]) for row in parked.porters.held()]
        assert kinds == [
            ("1", "parked", "ZeroDivisionError"),
            ("1", "behind", ""),
            ("1", "behind", ""),
        ]
        assert parked.porters.tags() == {"1": Tag(), "2": Tag(praised=5)}
        assert parked.porters.tallies() == [("1", "hall", 0, 0, 0, 1), ("2", "hall", 0, 1, 5, 1)]
        assert checkpoints(parked) == {"lamps": 2, "guests": 4}

    def test_the_same_key_of_another_service_goes_on(self, parked: Town) -> None:
        parked.lamps.given(parked.lamps.light("1"))
        parked.porters.drain()
        assert parked.porters.tags()["1"] == Tag(lit=1)

    def test_later_events_of_the_key_join_the_queue(self, parked: Town) -> None:
        parked.praise("1", 4, "c")
        parked.porters.drain()
        assert [row[2] for row in parked.porters.held()] == ["parked", "behind", "behind", "behind"]

    def test_it_is_not_tried_again_by_itself(self, parked: Town) -> None:
        ran = parked.porters.trouble.run_count
        parked.porters.drain()
        parked.porters.drain()
        assert parked.porters.trouble.run_count == ran

    def test_released_too_early_it_parks_again_with_all_behind_it(self, parked: Town) -> None:
        before = parked.porters.held()
        parked.porters.consumer.release([("guests", "1")])
        assert parked.porters.held() == before

    def test_released_after_the_repair_all_go_in_order(self, parked: Town) -> None:
        parked.porters.trouble.poison.clear()
        parked.porters.consumer.release([("guests", "1")])
        assert parked.porters.held() == []
        assert parked.porters.tags()["1"] == Tag(praised=6)
        amounts = [getattr(event, "amount", None) for event in parked.porters.events("tag-1")]
        assert amounts == [None, 1, 2, 3]

    def test_discarded_it_is_given_up_and_the_rest_goes_on(self, parked: Town) -> None:
        parked.porters.trouble.poison.clear()
        parked.porters.discard(1)
        parked.porters.drain()
        assert parked.porters.held() == []
        assert parked.porters.tags()["1"] == Tag(praised=5)
        assert parked.porters.tallies()[0] == ("1", "hall", 0, 2, 5, 1)

    def test_who_discarded_what_is_written_down_with_a_sealed_reason(self, parked: Town) -> None:
        parked.porters.discard(1)
        ((_, action, subject, reason, person, _),) = parked.porters.rows(operator_log)
        assert (action, person) == ("discard", "p-keeper")
        assert subject.startswith("guests/1/")
        assert "a reason" not in reason

    def test_one_that_is_not_held_cannot_be_discarded(self, parked: Town) -> None:
        def run(session: object) -> None:
            raise HeldUnknown(held_id=77)

        with pytest.raises(AssertionError, match="HeldUnknown"):
            parked.porters.discard(77)
        assert refused_code(parked.porters.do(parked.porters.work(run))[0]) == "held_event_unknown"

    def test_an_operator_sees_where_it_stands(self, parked: Town) -> None:
        with parked.porters.service.store.reading() as connection:
            listed = list_held(connection)
            counts = count_held(connection)
        assert counts == {"parked": 1, "behind": 2}
        wanted = {"source": "guests", "key": "1", "stream": "praise-1-a", "version": 1}
        assert wanted.items() <= listed[0].items()
        assert listed[0]["reason"] == "ZeroDivisionError"

    def test_a_view_that_breaks_parks_as_well(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        broken = town.lamps.recorded()[0]
        odd = Recorded(1, broken.meta, broken.data.replace(b'"room":"hall"', b'"room":7'))
        assert town.porters.deliver(*arrivals_of("lamps", [odd])) == [Done()]
        assert [row[2:] for row in town.porters.held()] == [("parked", "ValidationError")]

    def test_a_view_that_breaks_on_what_the_reaction_says_parks_as_well(
        self, town: Town, tmp_path: Path
    ) -> None:
        class Fussy(Tallies):
            def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
                if isinstance(event, TagMade) and event.lamp == "2":
                    raise ZeroDivisionError
                super().project(connection, event, envelope)

        town.lamps.given(*(town.lamps.hang(lamp) for lamp in "123"))
        others = House(tmp_path / "others", porters_blueprint(Trouble(), Fussy()))
        inbound_events = arrivals_of("lamps", town.lamps.recorded())
        assert others.unit_of_work.handle(inbound_events) == [Done()] * 3
        assert [(row[2], row[4], row[6]) for row in others.rows(held)] == [
            ("2", "parked", "ZeroDivisionError")
        ]
        assert [stream for stream, *_ in others.log()] == ["tag-1", "tag-3"]
        assert [row[0] for row in others.rows(Tallies.rows)] == ["1", "3"]
        others.close()


class WhenAFaultStandsInTheWay:
    def test_it_is_tried_again_and_nothing_is_skipped(self, town: Town) -> None:
        town.lamps.given(*(town.lamps.hang(lamp) for lamp in "123"), town.lamps.light("1"))
        town.porters.trouble.fault_count = 9
        faults = []
        for _ in range(20):
            town.porters.consumer._step()
            faults.append(town.porters.consumer.fault)
            assert town.porters.held() == []
        assert set(faults) == {"the neighbour is away", ""}
        assert faults == sorted(faults, reverse=True)  # first always, then never again
        assert town.porters.tags() == {"1": Tag(lit=1), "2": Tag(), "3": Tag()}

    def test_the_checkpoint_stays_before_what_was_not_done(self, town: Town) -> None:
        town.lamps.given(*(town.lamps.hang(lamp) for lamp in "123"))
        town.porters.trouble.fault_count = 2  # once in the batch, once more on its own
        with pytest.raises(Fault, match="the neighbour is away"):
            town.porters.consumer.drain_once()
        assert checkpoints(town)["lamps"] == 0
        assert town.porters.tags() == {"2": Tag(), "3": Tag()}  # other keys go on

    def test_what_follows_in_another_stream_of_its_key_waits_with_it(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.hang("2"))
        town.porters.drain()
        for lamp, stars, guest in (("1", 1, "a"), ("1", 2, "b"), ("2", 3, "a")):
            town.praise(lamp, stars, guest)
        town.porters.trouble.fault_count = 2
        with pytest.raises(Fault, match="the neighbour is away"):
            town.porters.consumer.drain_once()
        assert town.porters.tags() == {"1": Tag(), "2": Tag(praised=3)}
        town.porters.drain()
        marks = [event for event in town.porters.events("tag-1") if isinstance(event, TagMarked)]
        assert [event.amount for event in marks] == [1, 2]

    def test_the_harness_notices_a_consumer_that_swallows_it(self, town: Town) -> None:
        class Careless(UnitOfWork):
            """Takes what failed for dealt with, and goes on."""

            def _broken(self, item: Item, _error: Exception) -> Outcome:
                assert isinstance(item, InboundEvent)
                with self._store.writing() as connection:
                    swallowing = Inbox(connection, self._clock.now())
                    swallowing.load([item])
                    swallowing.mark(item)
                    swallowing.flush()
                return Done()

        porters, store = town.porters, town.porters.service.store
        unit_of_work = Careless(porters.model, store, porters.clock, porters.service.vault)
        writer = Writer("careless", unit_of_work, CommitSignal())
        writer.start()
        consumer = Consumer("careless", store, writer, town.feeds(), CommitSignal())
        town.lamps.given(*(town.lamps.hang(lamp) for lamp in "123"))
        porters.trouble.fault_count = 2
        while consumer.drain_once():
            pass
        writer.stop()
        assert porters.tags() == {"2": Tag(), "3": Tag()}  # lamp 1 is lost
        assert consumer.behind() == {"lamps": 0, "guests": 0}  # and nobody would know

    def test_one_source_that_is_away_does_not_stop_the_other(self, town: Town) -> None:
        class Away:
            def read(self, after: int, limit: int) -> list[Recorded]:
                raise Fault("no route")

            def head(self) -> int:
                raise Fault("no route")

        town.porters.consumer._feeds = {"guests": Away(), "lamps": town.feeds()["lamps"]}
        town.lamps.given(town.lamps.hang("1"))
        assert not town.porters.consumer._step()
        assert town.porters.consumer.fault == "no route"
        assert town.porters.tags() == {"1": Tag()}
        assert town.porters.consumer.behind() == {"guests": -1, "lamps": 0}

    def test_its_thread_follows_and_ends(self, town: Town) -> None:
        commit_signal = town.porters.service.commit_signal
        town.lamps.given(town.lamps.hang("1"))
        rung = commit_signal.count
        town.porters.consumer.start()
        assert commit_signal.wait(rung, 10) > rung
        town.porters.consumer.stop()
        town.porters.consumer.join(10)
        assert not town.porters.consumer.is_alive()
        assert town.porters.tags() == {"1": Tag()}


class WhenTheFeedIsNotWhatItWas:
    def test_a_gap_stops_and_shows(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"), town.lamps.dim("1"))
        first, _, third = arrivals_of("lamps", town.lamps.recorded())
        outcomes = town.porters.deliver(first, third)
        assert outcomes[0] == Done()
        assert isinstance(outcomes[1], Failed)
        assert isinstance(outcomes[1].error, FeedGap)
        assert checkpoints(town)["lamps"] == 1

        class Gapped:
            def read(self, after: int, limit: int) -> list[Recorded]:
                return [third.recorded]

            def head(self) -> int:
                return 3

        town.porters.consumer._feeds = {"lamps": Gapped()}
        assert not town.porters.consumer._step()
        assert "lamp-1" in town.porters.consumer.fault
        assert checkpoints(town)["lamps"] == 1

    def test_another_log_stops_and_shows(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.porters.drain()
        restored = town.lamps.recorded()[0].envelope.model_copy(
            update={"log_id": uuid4(), "stream": "lamp-2"}
        )
        other = Recorded.of(2, restored, town.lamps.recorded()[0].data)
        (outcome,) = town.porters.deliver(*arrivals_of("lamps", [other]))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, EpochChanged)
        assert checkpoints(town)["lamps"] == 1
        assert town.porters.tags() == {"1": Tag()}
