"""Read models: built from the logs and never migrated.

A view is rebuilt when its tables or its code are not those it was built with, or when an operator
asks for it. What it takes from other services is read again from their feeds, up to what has been
dealt with, and without the events that are held or were discarded.
"""

import hashlib
import inspect
import sys
from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.schema import CreateTable

from chassis.feeds.feed import Feed
from chassis.store.port import Store
from chassis.store.rows import put
from chassis.store.tables import view_versions
from chassis.unit_of_work.definition import ServiceModel, View
from chassis.views.rebuild import ExclusiveTask, Progress, ViewRebuild, own_turn

__all__ = ["built_versions", "fingerprint", "outdated", "prepare", "rebuild"]


def fingerprint(view: View) -> str:
    """Name what a view is built with: its tables, the events it reads, and its module's code."""
    tables = "".join(str(CreateTable(table)) for table in view.tables.sorted_tables)
    code = inspect.getsource(sys.modules[type(view).__module__])
    return hashlib.sha256((tables + ",".join(sorted(view.reads)) + code).encode()).hexdigest()


def built_versions(store: Store) -> dict[str, str]:
    """Give the fingerprint that each view was built with."""
    query = select(view_versions.c.view, view_versions.c.fingerprint)
    with store.reading() as connection:
        return {row.view: row.fingerprint for row in connection.execute(query)}


def outdated(store: Store, model: ServiceModel) -> list[View]:
    """Give the views that are not what this release would build."""
    built = built_versions(store)
    return [view for view in model.views if built.get(view.name) != fingerprint(view)]


def prepare(store: Store, model: ServiceModel, feeds: Mapping[str, Feed]) -> int:
    """Bring every view up to this release; give the number of events that were read for it."""
    return sum(rebuild(store, view, feeds) for view in outdated(store, model))


def rebuild(
    store: Store,
    view: View,
    feeds: Mapping[str, Feed],
    turn: ExclusiveTask | None = None,
    progress: Progress | None = None,
) -> int:
    """Rebuild a view beside the one in use and switch; give the number of events read.

    Readers see the old view until the new one is complete, and a rebuild that is interrupted has
    not happened. Fires no reactions. `turn` is how the writer's turn is got while a writer runs.
    """

    def finish(connection: Connection) -> None:
        put(connection, view_versions, {"view": view.name}, fingerprint=fingerprint(view))

    build = ViewRebuild(store, view, feeds, progress or Progress())
    return build.run(turn or own_turn(store), finish)
