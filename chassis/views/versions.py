"""Which version of a view is stored, and what has to be rebuilt.

Views are built from the logs and never migrated. A view whose tables changed cannot serve and is
rebuilt before the service starts. A view whose revision alone changed serves as it is, until the
new one is built beside it (`chassis.views.rebuild_jobs`). A comment changes neither.
"""

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.schema import CreateIndex, CreateTable

from chassis.feeds.feed import Feed
from chassis.store.port import Store
from chassis.store.rows import upsert
from chassis.store.tables import view_versions
from chassis.unit_of_work.definition import ServiceModel, View
from chassis.views.rebuild import Progress, RunAlone, ViewRebuild, run_without_writer

__all__ = [
    "built_versions",
    "fingerprint",
    "has_other_tables",
    "outdated",
    "prepare",
    "rebuild",
]

_SHAPE_LENGTH = 16


def fingerprint(view: View) -> str:
    """Name what a view is built with: a digest of its tables and indexes, and its revision."""
    made = [
        str(create)
        for table in view.tables.sorted_tables
        for create in (
            CreateTable(table),
            *(CreateIndex(index) for index in sorted(table.indexes, key=lambda one: str(one.name))),
        )
    ]
    shape = hashlib.sha256("".join(made).encode()).hexdigest()[:_SHAPE_LENGTH]
    return f"{shape}.r{view.revision}"


def has_other_tables(built: str, view: View) -> bool:
    """Say whether the stored view, if any, has other tables than this release reads."""
    return built.partition(".r")[0] != fingerprint(view).partition(".r")[0]


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
    """Rebuild every view that cannot serve as it is; give the number of events read for it."""
    built = built_versions(store)
    unfit = [view for view in model.views if has_other_tables(built.get(view.name, ""), view)]
    return sum(rebuild(store, view, feeds) for view in unfit)


def rebuild(
    store: Store,
    view: View,
    feeds: Mapping[str, Feed],
    run_alone: RunAlone | None = None,
    progress: Progress | None = None,
) -> int:
    """Rebuild a view beside the one in use and swap it in; give the number of events read.

    Readers see the old view until the new one is complete, and a rebuild that is interrupted has
    not happened. Fires no reactions. `run_alone` submits to the writer where one runs.
    """

    def finish(connection: Connection) -> None:
        row = {"view": view.name, "fingerprint": fingerprint(view)}
        upsert(connection, view_versions, [row])

    build = ViewRebuild(store, view, feeds, progress or Progress())
    return build.run(run_alone or run_without_writer(store), finish)
