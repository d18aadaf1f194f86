"""What is wrong with a history that has healed. Nothing, if the guards hold.

Expected values come from the answers that clients got. The logs are only counted against them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.inbox.inbox import checkpoint_of
from chassis.store.reading import head_position, read_after
from chassis.store.tables import held, refusals
from contracts.envelope import Recorded
from contracts.event import Event, parse_event
from tests.faults.simulation.clients import Keeper
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.world import World
from tests.lamps import InspectionMissed, LampDimmed, LampHung, LampLit, Rooms
from tests.porters import LampPraised, TagMade, TagMarked, Tallies

__all__ = ["findings"]


def findings(world: World) -> list[str]:
    """Name everything that is not as the answers promised."""
    return [
        *_complaints(world),
        *(what for ground in world.grounds.values() for what in _gaps(ground)),
        *_lamps(world),
        *_praise(world),
        *_tags(world),
        *_heard(world),
        *_bus(world),
        *_views(world),
    ]


def _log(ground: Ground) -> list[Recorded]:
    with ground.store.reading() as connection:
        return read_after(connection, 0, 1_000_000)


def _events(ground: Ground, stream: str) -> list[Event]:
    found = [(one.envelope, one.data) for one in _log(ground)]
    return [parse_event(one.type, data) for one, data in found if one.stream == stream]


def _complaints(world: World) -> Iterator[str]:
    for one in world.clients:
        yield from one.complaints
        if one.wants:
            yield f"nobody answers about {one.lamp}"


def _gaps(ground: Ground) -> Iterator[str]:
    log = _log(ground)
    with ground.store.reading() as connection:
        head = head_position(connection)
    if [one.position for one in log] != list(range(1, head + 1)):
        yield f"positions are not 1..{head}"
    last: Counter[str] = Counter()
    for one in log:
        last[one.envelope.stream] += 1
        if one.envelope.version != last[one.envelope.stream]:
            yield f"{one.envelope.stream} has version {one.envelope.version} at {one.position}"
    ids = Counter(one.envelope.event_id for one in log)
    yield from (f"{one} stands {count} times" for one, count in ids.items() if count > 1)


def _lamps(world: World) -> Iterator[str]:
    for keeper in world.keepers:
        events = _events(world.grounds["lamps"], f"lamp-{keeper.lamp}")
        counts = Counter(type(one) for one in events if not isinstance(one, InspectionMissed))
        wanted = Counter(
            {LampHung: int(keeper.is_hung), LampLit: keeper.lit_count, LampDimmed: keeper.dim_count}
        )
        if counts != +wanted:
            yield f"{keeper.lamp}: {counts} instead of {wanted}"
        misses = [one for one in events if isinstance(one, InspectionMissed)]
        yield from _misses(keeper, misses)


def _misses(keeper: Keeper, misses: list[InspectionMissed]) -> Iterator[str]:
    certain, possible = keeper.missed()
    noticed: list[datetime] = [one.due_at for one in misses]
    if not certain <= set(noticed) <= possible or len(set(noticed)) != len(noticed):
        yield f"{keeper.lamp}: missed {noticed} instead of {certain} to {possible}"
    if any(one.noticed_at < one.due_at for one in misses):
        yield f"{keeper.lamp}: missed before it was due"


def _praise(world: World) -> Iterator[str]:
    for guest in world.visitors:
        stars = [
            event.stars
            for one in _log(world.grounds["guests"])
            if isinstance(event := parse_event(one.envelope.type, one.data), LampPraised)
            and event.case_no == guest.lamp
        ]
        if stars != guest.praised:
            yield f"praise of {guest.lamp}: {stars} instead of {guest.praised}"


def _tags(world: World) -> Iterator[str]:
    for keeper, guest in zip(world.keepers, world.visitors, strict=True):
        events = _events(world.grounds["porters"], f"tag-{keeper.lamp}")
        tags = sum(isinstance(one, TagMade) for one in events)
        marks = [one for one in events if isinstance(one, TagMarked)]
        lit = sum(one.mark == "lit" for one in marks)
        praised = [one.amount for one in marks if one.mark == "praised"]
        wanted = [stars for stars in guest.praised if stars] if keeper.is_hung else []
        if (tags, lit) != (int(keeper.is_hung), keeper.lit_count):
            yield f"tag {keeper.lamp}: {tags} made, {lit} lit instead of {keeper.lit_count}"
        if praised != wanted:
            yield f"tag {keeper.lamp}: praised {praised} instead of {wanted}"


def _heard(world: World) -> Iterator[str]:
    with world.grounds["porters"].store.reading() as connection:
        heard = {name: checkpoint_of(connection, name) for name in ("lamps", "guests")}
        kept = connection.execute(held.select().order_by(held.c.id)).all()
        refused = connection.execute(refusals.select()).all()
    for name, position in heard.items():
        head = len(_log(world.grounds[name]))
        if position != head:
            yield f"{name} heard up to {position} of {head}"
    behind = Counter(row.key for row in kept)
    wanted = Counter(
        {
            guest.lamp: len(guest.praised)
            for keeper, guest in zip(world.keepers, world.visitors, strict=True)
            if not keeper.is_hung
        }
    )
    if behind != +wanted:
        yield f"held: {behind} instead of {wanted}"
    empty = sum(
        guest.praised.count(0)
        for keeper, guest in zip(world.keepers, world.visitors, strict=True)
        if keeper.is_hung
    )
    if len(refused) != empty:
        yield f"{len(refused)} refusals instead of {empty}"


def _bus(world: World) -> Iterator[str]:
    yield from world.bus.disorder
    for source, position in world.published.positions.items():
        missing = set(range(1, position + 1)) - world.bus.carried.get(source, set())
        if missing:
            yield f"{source} is published up to {position}, without {sorted(missing)}"
        head = len(_log(world.grounds[source]))
        if position != head:
            yield f"{source} is published up to {position} of {head}"


def _views(world: World) -> Iterator[str]:
    for home, table in ((world.lamps, Rooms.rows), (world.porters, Tallies.rows)):
        grown = _rows(home.ground, table)
        home.rebuild()
        if grown != _rows(home.ground, table):
            yield f"{table.name}: grown {grown}, rebuilt {_rows(home.ground, table)}"
    wanted = {
        keeper.lamp: (keeper.lit_count, len(guest.praised), sum(guest.praised), 1)
        for keeper, guest in zip(world.keepers, world.visitors, strict=True)
        if keeper.is_hung
    }
    found = {row[0]: tuple(row[2:]) for row in _rows(world.porters.ground, Tallies.rows)}
    if found != wanted:
        yield f"tallies: {found} instead of {wanted}"


def _rows(ground: Ground, table: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # any table
    with ground.store.reading() as connection:
        return [tuple(row) for row in connection.execute(table.select().order_by("lamp"))]
