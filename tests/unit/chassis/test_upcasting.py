"""An older version of an event is folded, shown and reacted to as the newest one.

A version that a release does not know yet holds its key, until a release that knows it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text

from chassis.decider import Decider
from chassis.inbox.inbound_event import InboundEvent
from chassis.store.rows import put
from chassis.unit_of_work.definition import Reaction, ServiceModel, View
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.session import Session
from chassis.views.versions import rebuild
from contracts.envelope import Envelope, Recorded
from contracts.event import Event, parse_event, upcast, wires_of
from tests.counters.follower import COPY, ChangeCopy, CopyChanged, MakeCopy
from tests.harness.follower import FollowerHarness
from tests.harness.other_service import OtherService
from tests.harness.service import ServiceHarness


class MeterRead(Event):
    """A meter was read, as the first release wrote it."""

    wire: ClassVar[str] = "meters.meter_read.v1"

    meter: str
    litres: int


class MeterReadV2(Event):
    """A meter was read; the amount has a unit."""

    wire: ClassVar[str] = "meters.meter_read.v2"

    meter: str
    amount: int
    unit: str


class MeterReadV3(Event):
    """A meter was read by somebody."""

    wire: ClassVar[str] = "meters.meter_read.v3"

    meter: str
    amount: int
    unit: str
    read_by: str


@upcast(MeterRead, MeterReadV2)
def _with_a_unit(old: MeterRead) -> MeterReadV2:
    return MeterReadV2(meter=old.meter, amount=old.litres, unit="litre")


@upcast(MeterReadV2, MeterReadV3)
def _with_a_reader(old: MeterReadV2) -> MeterReadV3:
    return MeterReadV3(meter=old.meter, amount=old.amount, unit=old.unit, read_by="nobody")


GOLDEN = {
    "meters.meter_read.v1": b'{"litres":7,"meter":"1"}',
    "meters.meter_read.v2": b'{"amount":8,"meter":"1","unit":"pint"}',
    "meters.meter_read.v3": b'{"amount":9,"meter":"1","read_by":"p-1","unit":"pint"}',
}
"""What each release stored."""

NEWEST = {
    "meters.meter_read.v1": MeterReadV3(meter="1", amount=7, unit="litre", read_by="nobody"),
    "meters.meter_read.v2": MeterReadV3(meter="1", amount=8, unit="pint", read_by="nobody"),
    "meters.meter_read.v3": MeterReadV3(meter="1", amount=9, unit="pint", read_by="p-1"),
}


@dataclass(frozen=True, slots=True)
class Read:
    """Read a meter."""

    amount: int


def _decide(command: Read, _state: tuple[MeterReadV3, ...]) -> Sequence[MeterReadV3]:
    return [MeterReadV3(meter="1", amount=command.amount, unit="litre", read_by="p-2")]


def _evolve(state: tuple[MeterReadV3, ...], event: MeterReadV3) -> tuple[MeterReadV3, ...]:
    return (*state, event)


METER: Decider[Read, tuple[MeterReadV3, ...], MeterReadV3] = Decider((), _decide, _evolve)

_tables = MetaData()
AMOUNTS = Table(
    "amounts",
    _tables,
    Column("amount", Integer, primary_key=True),
    Column("read_by", Text),
)


def _read(connection: Connection, event: MeterReadV3) -> None:
    put(connection, AMOUNTS, {"amount": event.amount}, read_by=event.read_by)


VIEW = View(name="amounts", tables=_tables, revision=1, on={MeterReadV3: _read})
SHOWN = [(7, "nobody"), (8, "nobody"), (9, "p-1")]


def stored(service: str = "meters") -> list[Recorded]:
    """Give a log that three releases wrote."""
    other = OtherService(service)
    for number, (wire, data) in enumerate(GOLDEN.items()):
        recorded = other.says(NEWEST[wire], "meter-1").recorded
        envelope = recorded.envelope.model_copy(update={"type": wire})
        other.records[number] = Recorded.of(recorded.position, envelope, data)
    return other.records


class WhenAVersionIsRead:
    @pytest.mark.parametrize("wire", GOLDEN)
    def test_it_becomes_the_newest_one(self, wire: str) -> None:
        assert parse_event(wire, GOLDEN[wire]) == NEWEST[wire]

    def test_what_is_written_is_the_newest_and_the_older_classes_stay(self) -> None:
        assert NEWEST["meters.meter_read.v3"].to_bytes() == GOLDEN["meters.meter_read.v3"]
        first = MeterRead(meter="1", litres=7)
        assert first.to_bytes() == GOLDEN["meters.meter_read.v1"]
        assert _with_a_unit(first) == MeterReadV2(meter="1", amount=7, unit="litre")

    def test_the_newest_names_all_that_become_it(self) -> None:
        assert wires_of(MeterReadV3) == frozenset(GOLDEN)
        assert wires_of(MeterRead) == {MeterRead.wire}

    def test_a_field_of_a_later_release_is_passed_by(self) -> None:
        data = b'{"colour":"red","litres":7,"meter":"1"}'
        assert parse_event(MeterRead.wire, data) == NEWEST[MeterRead.wire]


class WhenItIsDeclaredWrongly:
    def test_a_version_does_not_become_an_older_one(self) -> None:
        with pytest.raises(ValueError, match=r"meter_read\.v1 is not a later version of .*\.v2"):
            upcast(MeterReadV2, MeterRead)

    def test_a_version_does_not_become_itself(self) -> None:
        with pytest.raises(ValueError, match="is not a later version"):
            upcast(MeterReadV3, MeterReadV3)

    def test_a_version_does_not_become_another_event(self) -> None:
        with pytest.raises(ValueError, match=r"copy_changed\.v1 is not a later version"):
            upcast(MeterRead, CopyChanged)

    def test_a_version_becomes_one_other_alone(self) -> None:
        with pytest.raises(ValueError, match=r"v1 already becomes meters\.meter_read\.v2"):
            upcast(MeterRead, MeterReadV3)


class WhenALogHoldsOlderVersions:
    @pytest.fixture
    def meters(self, tmp_path: Path) -> Iterator[ServiceHarness]:
        """A service whose log three releases wrote."""
        opened = ServiceHarness(tmp_path, ServiceModel("meters", {"meter": METER}, (VIEW,)))
        store = opened.service.store
        with store.writing() as connection:
            store.append(connection, [(one.envelope, one.data) for one in stored()])
        yield opened
        opened.close()

    def test_they_fold_as_the_newest(self, meters: ServiceHarness) -> None:
        assert meters.service.load("meter-1").state == tuple(NEWEST.values())
        assert meters.service.history("meter-1") == list(NEWEST.values())

    def test_a_command_decides_on_them_and_appends_the_newest(self, meters: ServiceHarness) -> None:
        command = meters.command(lambda session: session.execute(Read(10), "meter-1"), "meter-1")
        assert meters.do(command) == [Done("meter-1", 4)]
        assert meters.recorded()[-1].envelope.type == MeterReadV3.wire
        assert len(meters.service.load("meter-1").state) == 4

    def test_their_bytes_stay(self, meters: ServiceHarness) -> None:
        assert [one.data for one in meters.recorded()] == list(GOLDEN.values())

    def test_a_view_is_rebuilt_from_them(self, meters: ServiceHarness) -> None:
        rebuild(meters.service.store, VIEW, {})
        assert meters.rows(AMOUNTS) == SHOWN


def test_a_follower_shows_and_reacts_to_older_versions_as_the_newest(tmp_path: Path) -> None:
    reacted: list[Event] = []

    def react(_session: Session, event: MeterReadV3, _envelope: Envelope) -> None:
        reacted.append(event)

    meters = OtherService("meters", records=stored())
    model = ServiceModel(
        "readers", {}, (VIEW,), ("meters",), reactions={MeterReadV3: Reaction(react)}
    )
    readers = FollowerHarness(tmp_path, model, {"meters": meters})
    readers.drain()
    assert reacted == list(NEWEST.values())
    assert readers.rows(AMOUNTS) == SHOWN
    rebuild(readers.service.store, VIEW, {"meters": meters})
    assert readers.rows(AMOUNTS) == SHOWN
    readers.close()


class LevelRead(Event):
    """A level was read: the only version that the older release of the test knows."""

    wire: ClassVar[str] = "levels.level_read.v1"

    case_no: str
    level: int


LATER = "levels.level_read.v2"


def levels_with(wire: str) -> OtherService:
    """Give levels 1, 2, 3 of case 1, of which the second has another name, and one of case 2."""
    levels = OtherService("levels")
    for level in (1, 2, 3):
        levels.says(LevelRead(case_no="1", level=level), "level-1")
    levels.says(LevelRead(case_no="2", level=7), "level-2")
    first = levels.records[1]
    envelope = first.envelope.model_copy(update={"type": wire})
    levels.records[1] = Recorded.of(2, envelope, b'{"case_no":"1","level":2,"unit":"cm"}')
    return levels


def release(event: type[Event]) -> ServiceModel:
    """Give a release of a follower that knows an event in one version as its newest."""

    def react(session: Session, read: LevelRead, envelope: Envelope) -> None:
        stream = f"copy-{envelope.key}"
        session.execute(MakeCopy(envelope.key), stream)
        session.execute(ChangeCopy("counted", read.level), stream)

    reactions = {event: Reaction(react)}
    return ServiceModel("readers", {"copy": COPY}, sources=("levels",), reactions=reactions)


def levels_read(readers: FollowerHarness, case_no: str) -> list[int]:
    """Give what was reacted to, in order."""
    events = readers.events(f"copy-{case_no}")
    return [event.amount for event in events if isinstance(event, CopyChanged)]


class WhenAVersionIsNotKnownYet:
    def test_it_holds_its_key_until_a_release_that_knows_it(self, tmp_path: Path) -> None:
        levels = levels_with(LATER)
        older = FollowerHarness(tmp_path, release(LevelRead), {"levels": levels})
        older.drain()
        assert older.held() == [(1, "1", "upgrade", LATER), (2, "1", "behind", "")]
        assert (levels_read(older, "1"), levels_read(older, "2")) == ([1], [7])
        assert older.behind() == {"levels": 0}  # it was taken in, though not dealt with
        older.consumer.release([("levels", "1")])  # trying again does not help
        assert [kind for _, _, kind, _ in older.held()] == ["upgrade", "behind"]
        older.close()

        class LevelReadV2(Event):
            wire: ClassVar[str] = LATER
            case_no: str
            level: int
            unit: str

        @upcast(LevelRead, LevelReadV2)
        def _with_a_unit(old: LevelRead) -> LevelReadV2:
            return LevelReadV2(case_no=old.case_no, level=old.level, unit="cm")

        newer = FollowerHarness(tmp_path, release(LevelReadV2), {"levels": levels})
        newer.drain()
        assert newer.held() == []
        assert (levels_read(newer, "1"), levels_read(newer, "2")) == ([1, 2, 3], [7])
        newer.close()

    def test_a_view_holds_it_as_well(self, tmp_path: Path) -> None:
        meters = OtherService("meters", records=stored())
        first = meters.records[0]
        envelope = first.envelope.model_copy(update={"type": "meters.meter_read.v4"})
        readers = FollowerHarness(tmp_path, ServiceModel("readers", {}, (VIEW,), ("meters",)))
        unknown = InboundEvent.of("meters", Recorded.of(1, envelope, first.data))
        assert readers.deliver(unknown) == [Done()]
        assert [row[1:] for row in readers.held()] == [("1", "upgrade", "meters.meter_read.v4")]
        readers.close()

    @pytest.mark.parametrize("wire", ["levels.level_painted.v2", "levels.level_read_twice.v1"])
    def test_a_version_of_what_nobody_receives_passes_by(self, tmp_path: Path, wire: str) -> None:
        """The control arm: it is no version of an event that the service receives."""
        readers = FollowerHarness(tmp_path, release(LevelRead), {"levels": levels_with(wire)})
        readers.drain()
        assert readers.held() == []
        assert readers.behind() == {"levels": 0}
        readers.close()
