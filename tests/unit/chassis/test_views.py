"""Views: a rebuilt one equals the one that grew, and nobody sees half of a rebuild."""

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Index, Integer, MetaData, event, select, text

from chassis.feeds.feed import LogFeed
from chassis.inbox.held import ready_to_release
from chassis.store.port import Store
from chassis.unit_of_work.definition import View
from chassis.unit_of_work.writer import Writer
from chassis.views.versions import fingerprint, has_other_tables, outdated, prepare, rebuild
from contracts.envelope import Recorded
from contracts.event import Event
from tests.counters.counter import LABEL_ROWS, LABELS, CounterOpened, counters_model
from tests.counters.follower import REFUSED_UNNAMED, TALLIES
from tests.counters.services import Counters, ThreeServices, inbound_of

WAIT_S = 60


def rebuilt(services: ThreeServices) -> list[tuple[Any, ...]]:
    rebuild(services.followers.service.store, TALLIES, services.feeds())
    return services.followers.tallies()


class WhenAViewIsRebuilt:
    def test_it_equals_the_one_that_grew(self, services: ThreeServices) -> None:
        services.counters.given(
            *(services.counters.open(counter) for counter in "123"), services.counters.count("2")
        )
        services.rate("2", 3)
        services.followers.drain()
        services.counters.given(services.counters.reset("2"), services.counters.count("1", "2"))
        services.rate("2", 2)
        services.followers.drain()
        grown = services.followers.tallies()
        assert grown == [
            ("1", "hall", 1, 0, 0, 1),
            ("2", "hall", 2, 2, 5, 1),
            ("3", "hall", 0, 0, 0, 1),
        ]
        assert rebuilt(services) == grown

    def test_events_that_wait_or_are_parked_are_left_out_until_their_turn(
        self, services: ThreeServices
    ) -> None:
        services.followers.trouble.poison.add("1")
        services.counters.given(services.counters.open("1"))
        for counter in "112":
            services.rate(counter, 4)
        services.rate("1", REFUSED_UNNAMED, "2")
        services.followers.drain()
        kinds = sorted(row[2] for row in services.followers.held())
        assert kinds == ["behind", "behind", "parked", "waiting"]
        grown = services.followers.tallies()
        assert grown == [("1", "hall", 0, 0, 0, 1)]
        assert rebuilt(services) == grown
        services.followers.trouble.poison.clear()
        services.counters.given(services.counters.open("2"))
        services.followers.drain()
        services.followers.consumer.release([("raters", "1")])
        grown = services.followers.tallies()
        assert grown == [("1", "hall", 0, 2, 8, 1), ("2", "hall", 0, 1, 4, 1)]
        assert rebuilt(services) == grown

    def test_a_refused_event_counts_the_same(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        services.rate("1", 0)
        services.rate("1", 0)
        services.followers.drain()
        assert len(services.followers.refused()) == 2
        grown = services.followers.tallies()
        assert grown == [("1", "hall", 0, 2, 0, 1)]
        assert rebuilt(services) == grown

    def test_a_discarded_event_stays_given_up(self, services: ThreeServices) -> None:
        services.followers.trouble.poison.add("1")
        services.counters.given(services.counters.open("1"))
        services.rate("1", 4)
        services.followers.drain()
        services.followers.trouble.poison.clear()
        services.followers.discard(1)
        services.rate("1", 2)
        services.followers.drain()
        grown = services.followers.tallies()
        assert grown == [("1", "hall", 0, 1, 2, 1)]
        assert rebuilt(services) == grown

    def test_an_event_that_broke_the_view_and_was_discarded_does_not_break_it_again(
        self, services: ThreeServices
    ) -> None:
        services.counters.given(services.counters.open("1"), services.counters.open("2"))
        first, second = services.counters.recorded()
        odd = Recorded(1, first.meta, first.data.replace(b'"label":"hall"', b'"label":7'))

        class Odd(LogFeed):
            def read(self, after: int, limit: int) -> list[Recorded]:
                return [one for one in (odd, second) if one.position > after][:limit]

        services.followers.deliver(*inbound_of("counters", [odd, second]))
        services.followers.discard(1)
        feeds = {"counters": Odd(services.counters.service.store)}
        grown = services.followers.tallies()
        assert grown == [("2", "hall", 0, 0, 0, 1)]
        rebuild(services.followers.service.store, TALLIES, feeds)
        assert services.followers.tallies() == grown

    def test_what_was_not_read_yet_is_not_shown(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"))
        services.followers.drain()
        services.counters.given(services.counters.open("2"))
        assert rebuilt(services) == [("1", "hall", 0, 0, 0, 1)]

    def test_no_reaction_is_fired(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"), services.counters.count("1"))
        services.followers.drain()
        ran, log = services.followers.trouble.run_count, services.followers.recorded()
        rebuilt(services)
        assert services.followers.trouble.run_count == ran
        assert services.followers.recorded() == log

    def test_it_says_how_many_events_it_read(self, services: ThreeServices) -> None:
        services.counters.given(services.counters.open("1"), services.counters.count("1"))
        services.followers.drain()
        assert rebuild(services.followers.service.store, TALLIES, services.feeds()) == 2 + 2


def watched(store: Store, at: dict[int, Exception]) -> tuple[View, list[list[tuple[object, ...]]]]:
    """Give the view of labels, which breaks at some events, and what others see before each."""
    seen: list[list[tuple[object, ...]]] = []

    def project(connection: Connection, event: Event) -> None:
        LABELS.project(connection, event)
        with store.reading() as other:
            seen.append([tuple(row) for row in other.execute(LABEL_ROWS.select())])
        if len(seen) in at:
            raise at[len(seen)]

    return replace(LABELS, on=dict.fromkeys(LABELS.on, project)), seen


class WhenARebuildIsInterrupted:
    def test_the_old_view_is_still_there_and_whole(self, counters: Counters) -> None:
        counters.given(*(counters.open(counter) for counter in "1234"), counters.count("3"))
        old = counters.rows(LABEL_ROWS)
        breaking, _ = watched(counters.service.store, {3: ZeroDivisionError()})
        with pytest.raises(ZeroDivisionError):
            rebuild(counters.service.store, breaking, {})
        assert counters.rows(LABEL_ROWS) == old
        assert outdated(counters.service.store, counters.model) == []

    def test_readers_see_the_old_one_until_the_new_one_is_complete(
        self, counters: Counters
    ) -> None:
        counters.given(counters.open("1"), counters.open("2"))
        old = counters.rows(LABEL_ROWS)
        looking, seen = watched(counters.service.store, {})
        rebuild(counters.service.store, looking, {})
        assert seen == [old, old]
        assert counters.rows(LABEL_ROWS) == old


OPENED_ONLY = replace(LABELS, revision=2, on={CounterOpened: LABELS.on[CounterOpened]})
"""The same tables, filled by fewer events."""


def wider() -> View:
    """Give the view of labels with a column more."""
    tables = MetaData()
    LABEL_ROWS.to_metadata(tables).append_column(Column("extra", Integer))
    return replace(LABELS, tables=tables)


class WhenAReleaseChangesAView:
    def test_one_of_another_revision_serves_on_and_is_built_after_the_start(
        self, tmp_path: Path
    ) -> None:
        old = Counters(tmp_path)
        old.given(old.open("1"), old.count("1"))
        assert outdated(old.service.store, old.model) == []
        old.close()
        model = counters_model(OPENED_ONLY)
        opened = Counters(tmp_path, model, make_writer=Writer)
        store, jobs = opened.service.store, opened.service.rebuild_jobs
        assert prepare(store, model, {}) == 0
        assert [view.name for view in outdated(store, model)] == ["labels"]
        assert opened.rows(LABEL_ROWS) == [("1", "hall", 1)]  # as the old one counted
        opened.service.start()
        jobs.wait(WAIT_S)
        assert [(one.state, one.event_count) for one in jobs.status()] == [("current", 2)]
        assert opened.rows(LABEL_ROWS) == [("1", "hall", 0)]
        assert outdated(store, model) == []
        opened.service.stop()
        opened.close()

    def test_while_it_is_built_the_old_one_is_read(self, tmp_path: Path) -> None:
        old = Counters(tmp_path)
        old.given(old.open("1"), old.count("1"))
        old.close()
        gate, reached = threading.Event(), threading.Event()

        def gated(connection: Connection, event: CounterOpened) -> None:
            reached.set()
            assert gate.wait(WAIT_S)
            LABELS.project(connection, event)

        view = replace(OPENED_ONLY, on={CounterOpened: gated})
        opened = Counters(tmp_path, counters_model(view), make_writer=Writer)
        opened.service.start()
        assert reached.wait(WAIT_S)
        assert [one.state for one in opened.service.rebuild_jobs.status()] == ["building"]
        assert opened.rows(LABEL_ROWS) == [("1", "hall", 1)]
        gate.set()
        opened.service.rebuild_jobs.wait(WAIT_S)
        assert opened.rows(LABEL_ROWS) == [("1", "hall", 0)]
        opened.service.stop()
        opened.close()

    def test_one_with_other_tables_is_built_before_the_start(self, tmp_path: Path) -> None:
        old = Counters(tmp_path)
        old.given(old.open("1"))
        changed = counters_model(wider())
        assert prepare(old.service.store, changed, {}) == 1
        (view,) = changed.views
        assert old.rows(view.tables.tables["labels"]) == [("1", "hall", 0, None)]
        assert outdated(old.service.store, changed) == []
        old.close()

    def test_one_that_was_never_built_is_built_before_the_start(self, counters: Counters) -> None:
        store = counters.service.store
        counters.given(counters.open("1"))
        other = replace(wider(), name="another")
        assert prepare(store, counters_model(other), {}) == 1

    def test_a_comment_or_other_code_of_the_same_revision_rebuilds_nothing(
        self, counters: Counters
    ) -> None:
        def commented(connection: Connection, event: CounterOpened) -> None:
            """Say something that the released projector does not say."""
            LABELS.project(connection, event)

        counters.given(counters.open("1"))
        same = replace(LABELS, on={**LABELS.on, CounterOpened: commented})
        assert fingerprint(same) == fingerprint(LABELS)
        assert prepare(counters.service.store, counters_model(same), {}) == 0
        assert outdated(counters.service.store, counters_model(same)) == []

    def test_an_index_that_is_added_is_another_table(self) -> None:
        tables = MetaData()
        Index("by_label", LABEL_ROWS.to_metadata(tables).c.label)
        indexed = replace(LABELS, tables=tables)
        assert has_other_tables(fingerprint(LABELS), indexed)
        assert not has_other_tables(fingerprint(LABELS), OPENED_ONLY)
        assert fingerprint(LABELS) != fingerprint(OPENED_ONLY)


def test_looking_for_what_may_be_released_never_reads_the_whole_log(
    services: ThreeServices,
) -> None:
    services.rate("1", 4)
    services.followers.drain()
    plans: list[str] = []
    with services.followers.service.store.reading() as connection:

        def explain(  # as SQLAlchemy calls it
            _connection: object,
            cursor: sqlite3.Cursor,
            statement: str,
            parameters: tuple[object, ...],
            _context: object,
            _many: object,
        ) -> None:
            if not statement.startswith("EXPLAIN"):
                plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(str(row[3]) for row in plan)

        event.listen(connection, "before_cursor_execute", explain)
        known = services.followers.model.receives
        assert ready_to_release(connection, known) == []
        assert connection.execute(select(text("1"))).scalar() == 1
    assert any("events" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN events")]
