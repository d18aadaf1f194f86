"""What is wrong after a simulation has recovered: nothing, if every guard holds.

Expected values come from the answers that clients got; the logs are only counted against them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.inbox.checkpoint import Checkpoint, read_checkpoint
from chassis.store.reading import head_position, read_after
from chassis.store.tables import held, refusals
from contracts.envelope import Recorded
from contracts.event import Event, parse_event
from tests.counters.counter import (
    LABEL_ROWS,
    CheckMissed,
    CounterCounted,
    CounterOpened,
    CounterReset,
)
from tests.counters.follower import TALLY_ROWS, CopyChanged, CopyMade, CounterRated
from tests.faults.simulation.clients import CounterClient, RatingClient
from tests.faults.simulation.databases import Database
from tests.faults.simulation.simulation import Simulation

__all__ = ["findings"]


def findings(run: Simulation) -> list[str]:
    """Name everything that differs from what the clients were answered."""
    return [
        *_answers(run),
        *(what for database in run.databases.values() for what in _gaps(database)),
        *_counters(run),
        *_ratings(run),
        *_copies(run),
        *_inbox(run),
        *_bus(run),
        *_views(run),
    ]


def _log(database: Database) -> list[Recorded]:
    with database.store.reading() as connection:
        return read_after(connection, 0, 1_000_000)


def _events(database: Database, stream: str) -> list[Event]:
    found = [(one.envelope, one.data) for one in _log(database)]
    return [parse_event(one.type, data) for one, data in found if one.stream == stream]


def _answers(run: Simulation) -> Iterator[str]:
    for client in run.clients:
        yield from client.wrong_answers
        if client.is_busy:
            yield f"a client of {client.counter} has no answer"


def _gaps(database: Database) -> Iterator[str]:
    log = _log(database)
    with database.store.reading() as connection:
        head = head_position(connection)
    if [one.position for one in log] != list(range(1, head + 1)):
        yield f"positions are not 1..{head}"
    last: Counter[str] = Counter()
    for one in log:
        last[one.envelope.stream] += 1
        if one.envelope.version != last[one.envelope.stream]:
            yield f"{one.envelope.stream} has version {one.envelope.version} at {one.position}"
    ids = Counter(one.envelope.event_id for one in log)
    yield from (f"event {one} is there {count} times" for one, count in ids.items() if count > 1)


def _counters(run: Simulation) -> Iterator[str]:
    for client in run.counter_clients:
        events = _events(run.databases["counters"], f"counter-{client.counter}")
        counts = Counter(type(one) for one in events if not isinstance(one, CheckMissed))
        wanted = Counter(
            {
                CounterOpened: int(client.is_open),
                CounterCounted: client.count_count,
                CounterReset: client.reset_count,
            }
        )
        if counts != +wanted:
            yield f"{client.counter}: {counts} instead of {wanted}"
        misses = [one for one in events if isinstance(one, CheckMissed)]
        yield from _misses(client, misses)


def _misses(client: CounterClient, misses: list[CheckMissed]) -> Iterator[str]:
    certain, possible = client.missed()
    noticed: list[datetime] = [one.due_at for one in misses]
    if not certain <= set(noticed) <= possible or len(set(noticed)) != len(noticed):
        yield f"{client.counter}: missed {noticed} instead of {certain} to {possible}"
    if any(one.noticed_at < one.due_at for one in misses):
        yield f"{client.counter}: missed before it was due"


def _ratings(run: Simulation) -> Iterator[str]:
    for client in run.rating_clients:
        stars = [
            event.stars
            for one in _log(run.databases["raters"])
            if isinstance(event := parse_event(one.envelope.type, one.data), CounterRated)
            and event.case_no == client.counter
        ]
        if stars != client.rated:
            yield f"ratings of {client.counter}: {stars} instead of {client.rated}"


def _copies(run: Simulation) -> Iterator[str]:
    for client, rating in _pairs(run):
        events = _events(run.databases["followers"], f"copy-{client.counter}")
        copies = sum(isinstance(one, CopyMade) for one in events)
        changes = [one for one in events if isinstance(one, CopyChanged)]
        counted = sum(one.what == "counted" for one in changes)
        rated = [one.amount for one in changes if one.what == "rated"]
        wanted = [stars for stars in rating.rated if stars] if client.is_open else []
        if (copies, counted) != (int(client.is_open), client.count_count):
            what = f"{copies} made, {counted} counted instead of {client.count_count}"
            yield f"copy of {client.counter}: {what}"
        if rated != wanted:
            yield f"copy of {client.counter}: rated {rated} instead of {wanted}"


def _inbox(run: Simulation) -> Iterator[str]:
    with run.databases["followers"].store.reading() as connection:
        checkpoints = {name: read_checkpoint(connection, name) for name in ("counters", "raters")}
        held_rows = connection.execute(held.select().order_by(held.c.id)).all()
        refused = connection.execute(refusals.select()).all()
    for name, checkpoint in checkpoints.items():
        yield from _short_of_head(name, checkpoint, len(_log(run.databases[name])))
    counts = Counter(row.key for row in held_rows)
    wanted = Counter(
        {rating.counter: len(rating.rated) for client, rating in _pairs(run) if not client.is_open}
    )
    if counts != +wanted:
        yield f"held: {counts} instead of {wanted}"
    empty = sum(rating.rated.count(0) for client, rating in _pairs(run) if client.is_open)
    if len(refused) != empty:
        yield f"{len(refused)} refusals instead of {empty}"


def _short_of_head(source: str, checkpoint: Checkpoint | None, head: int) -> Iterator[str]:
    position = checkpoint.position if checkpoint else 0
    if position != head:
        yield f"{source} was received up to {position} of {head}"


def _bus(run: Simulation) -> Iterator[str]:
    yield from run.bus.disorder
    for source, position in run.published.positions.items():
        missing = set(range(1, position + 1)) - run.bus.acknowledged.get(source, set())
        if missing:
            yield f"{source} is published up to {position}, without {sorted(missing)}"
        head = len(_log(run.databases[source]))
        if position != head:
            yield f"{source} is published up to {position} of {head}"


def _views(run: Simulation) -> Iterator[str]:
    for process, table in ((run.counters, LABEL_ROWS), (run.followers, TALLY_ROWS)):
        grown = _rows(process.database, table)
        process.rebuild()
        rebuilt = _rows(process.database, table)
        if grown != rebuilt:
            yield f"{table.name}: grown {grown}, rebuilt {rebuilt}"
    wanted = {
        client.counter: (client.count_count, len(rating.rated), sum(rating.rated), 1)
        for client, rating in _pairs(run)
        if client.is_open
    }
    found = {row[0]: tuple(row[2:]) for row in _rows(run.databases["followers"], TALLY_ROWS)}
    if found != wanted:
        yield f"tallies: {found} instead of {wanted}"


def _rows(database: Database, table: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # any table
    with database.store.reading() as connection:
        return [tuple(row) for row in connection.execute(table.select().order_by("counter"))]


def _pairs(run: Simulation) -> Iterator[tuple[CounterClient, RatingClient]]:
    yield from zip(run.counter_clients, run.rating_clients, strict=True)
