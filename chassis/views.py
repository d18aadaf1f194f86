"""Read models: dropped and rebuilt from the logs, never migrated.

A view is rebuilt when its tables or its code are not those it was built with. What it
takes from other services is read again from their feeds, up to what has been dealt with, and
without the events that are held or were discarded.
"""

import hashlib
import inspect
import sys
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.schema import CreateTable

from chassis.blueprint import Blueprint, View
from chassis.crash import point
from chassis.errors import FeedGap
from chassis.feed import Feed, LogFeed
from chassis.inbox import checkpoint_of, given_up
from chassis.store.port import Store
from chassis.store.rows import put
from chassis.store.tables import held, view_versions
from contracts.envelope import Recorded
from contracts.event import parse_event

__all__ = ["outdated", "prepare", "rebuild"]

_PAGE = 1_000
"""As much as a feed gives over HTTP at once."""


def fingerprint(view: View) -> str:
    """Name what a view is built with: its tables, the events it reads, and its module's code."""
    tables = "".join(str(CreateTable(table)) for table in view.tables.sorted_tables)
    code = inspect.getsource(sys.modules[type(view).__module__])
    return hashlib.sha256((tables + ",".join(sorted(view.reads)) + code).encode()).hexdigest()


def outdated(store: Store, blueprint: Blueprint) -> list[View]:
    """Give the views that are not what this release would build."""
    with store.reading() as connection:
        built = dict(
            connection.execute(select(view_versions.c.view, view_versions.c.fingerprint)).all()
        )
    return [view for view in blueprint.views if built.get(view.name) != fingerprint(view)]


def prepare(store: Store, blueprint: Blueprint, feeds: Mapping[str, Feed]) -> int:
    """Bring every view up to this release; give the number of events that were read for it."""
    return sum(rebuild(store, view, feeds) for view in outdated(store, blueprint))


def rebuild(store: Store, view: View, feeds: Mapping[str, Feed]) -> int:
    """Drop a view and build it from the logs; give the number of events read.

    Runs in one transaction: readers see the old view until the new one is complete, and a rebuild
    that is interrupted has not happened. Fires no reactions.
    """
    count = 0
    own = LogFeed(store)
    with store.writing() as connection:
        view.tables.drop_all(connection)
        view.tables.create_all(connection)
        for recorded in _pages(own, own.head()):
            count += _project(view, connection, recorded)
        for source, feed in feeds.items():
            skip = set(
                connection.execute(select(held.c.position).where(held.c.source == source)).scalars()
            )
            discarded = given_up(connection, source)
            for recorded in _pages(feed, checkpoint_of(connection, source)):
                if recorded.position not in skip:
                    count += _project(view, connection, recorded, discarded)
        point("before_view_switch")
        put(connection, view_versions, {"view": view.name}, fingerprint=fingerprint(view))
    return count


def _pages(feed: Feed, until: int) -> Iterator[Recorded]:
    after = 0
    while after < until:
        page = feed.read(after, min(_PAGE, until - after))
        if not page:
            raise FeedGap(f"the feed ends at {after}, {until} had been dealt with")
        yield from page
        after = page[-1].position


def _project(
    view: View,
    connection: Connection,
    recorded: Recorded,
    discarded: Collection[tuple[str, int]] = (),
) -> int:
    envelope = recorded.envelope
    if envelope.type in view.reads and (envelope.stream, envelope.version) not in discarded:
        view.project(connection, parse_event(envelope.type, recorded.data), envelope)
    return 1
