"""The one door: commands, reactions and ticks, a batch of them in one transaction.

Every command is decided in order on what the ones before it will append. Then one append, the
command and inbox marks, the service's own views and the deadline index commit together. A refused
command leaves nothing behind and harms no other; a batch that cannot commit is done again one by
one, so that only the command that breaks it fails.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from time import time_ns
from uuid import UUID

import structlog
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from chassis.clock import Clock
from chassis.errors import Fault, Refusal, Unknown
from chassis.failpoints import failpoint
from chassis.inbox.inbox import Hold, InboundEvent, Inbox, reaction_id
from chassis.logs import working_on
from chassis.store.port import Store
from chassis.store.reading import read_streams
from chassis.store.rows import add
from chassis.store.tables import commands
from chassis.unit_of_work.deadline_index import reindex
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done, ExecutedBatch, Failed, KeyReused, Outcome, Refused
from chassis.unit_of_work.session import (
    CommandRequest,
    Loaded,
    Pending,
    RollbackNeeded,
    Session,
    fold,
)
from chassis.vault import Vault
from contracts.envelope import Actor
from contracts.event import parse_event

__all__ = [
    "Done",
    "ExclusiveTask",
    "ExecutedBatch",
    "Failed",
    "Item",
    "KeyReused",
    "Outcome",
    "Refused",
    "UnitOfWork",
    "system_actor",
]

log = structlog.get_logger(__name__)

_KNOWN = select(commands).where(commands.c.command_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class ExclusiveTask:
    """Something the chassis does in a transaction of its own, between batches: no command."""

    run: Callable[[Connection], None]


Item = CommandRequest | InboundEvent | ExclusiveTask


def system_actor(service: str) -> Actor:
    """Name a service as the one who acts: in reactions and ticks."""
    return Actor(person=f"system:{service}", unit="system", role="service")


@dataclass
class _Batch:
    connection: Connection
    inbox: Inbox
    has_savepoints: bool
    folded: dict[str, Loaded] = field(default_factory=dict)
    before: dict[str, Loaded] = field(default_factory=dict)
    """Changed streams as they stood in the database."""
    pending: list[Pending] = field(default_factory=list)
    lapsed: set[str] = field(default_factory=set)
    erased: bool = False
    done: dict[str, tuple[bytes, Done]] = field(default_factory=dict)
    done_now: list[tuple[CommandRequest, Done]] = field(default_factory=list)
    """Commands to remember, with their answers."""
    times_ns: list[tuple[int, int]] = field(default_factory=list)
    first_position: int = 0


class UnitOfWork:
    """Executes batches for one service. Used by one thread at a time."""

    def __init__(self, model: ServiceModel, store: Store, clock: Clock, vault: Vault) -> None:
        self._model = model
        self._store = store
        self._clock = clock
        self._vault = vault
        self._actor = system_actor(model.name)
        self._scrub_due = False
        self.observer: Callable[[ExecutedBatch], None] | None = None
        """Told of every batch when it has committed."""

    def handle(self, items: Sequence[Item]) -> list[Outcome]:
        """Execute in order, in one transaction if possible; an outcome for each."""
        outcomes: list[Outcome] = []
        for is_turn, group in groupby(items, lambda item: isinstance(item, ExclusiveTask)):
            batch = list(group)
            outcomes += map(self._turn, batch) if is_turn else self._batch(batch)  # type: ignore[arg-type]  # told apart by the grouping
        working_on.set(None)
        return outcomes

    def _turn(self, turn: ExclusiveTask) -> Outcome:
        try:
            with self._store.writing() as connection:
                turn.run(connection)
        except Exception as error:  # noqa: BLE001  # whoever asked for the turn hears of it
            return Failed(error)
        return Done()

    def _batch(self, items: Sequence[CommandRequest | InboundEvent]) -> list[Outcome]:
        try:
            return self._transact(items)
        except Exception as error:  # noqa: BLE001  # told apart below, nothing is swallowed
            if len(items) > 1:
                return self._one_by_one(items)
            return [self._broken(items[0], error)]

    def _one_by_one(self, items: Sequence[CommandRequest | InboundEvent]) -> list[Outcome]:
        """Execute each in a transaction of its own.

        What comes behind a failed event of its key fails with it: versions keep the order within a
        stream, and nothing else would keep it between the streams of one key.
        """
        outcomes: list[Outcome] = []
        stuck: dict[tuple[str, str], Outcome] = {}
        for item in items:
            key = (item.source, item.envelope.key) if isinstance(item, InboundEvent) else None
            ahead = stuck.get(key) if key else None
            outcome = ahead or self._batch([item])[0]
            if key and isinstance(outcome, Failed):
                stuck[key] = outcome
            outcomes.append(outcome)
        return outcomes

    def _broken(self, item: CommandRequest | InboundEvent, error: Exception) -> Outcome:
        """A single item that cannot commit: faults are tried again, a poison event parks."""
        if isinstance(item, CommandRequest) or _is_fault(error):
            log.warning("work_failed", service=self._model.name, error=type(error).__name__)
            return Failed(error)
        with self._store.writing() as connection:
            inbox = Inbox(connection, self._clock.now())
            inbox.load([item])
            self._park(inbox, item, error)
            inbox.mark(item)
            inbox.flush()
        return Done()

    def _transact(self, items: Sequence[CommandRequest | InboundEvent]) -> list[Outcome]:
        """Execute in one transaction, first without savepoints: they cost two round trips an item.

        Seldom has an item written something before it is refused; then all is done again with them.
        """
        try:
            return self._attempt(items, has_savepoints=False)
        except RollbackNeeded:
            return self._attempt(items, has_savepoints=True)

    def _attempt(
        self, items: Sequence[CommandRequest | InboundEvent], *, has_savepoints: bool
    ) -> list[Outcome]:
        began_ns = time_ns()
        with self._store.writing() as connection:
            inbox = Inbox(connection, self._clock.now())
            batch = _Batch(connection, inbox, has_savepoints)
            self._load(batch, items)
            outcomes = [self._one(batch, item) for item in items]
            decided_ns = time_ns()
            self._flush(batch)
            failpoint("after_effect_before_commit")
        stages_ns = (began_ns, decided_ns, time_ns())
        self._tell(batch, items, outcomes, stages_ns)
        self._scrub_due = self._scrub_due or batch.erased
        if self._scrub_due:
            self._scrub()
        return outcomes

    def _one(self, batch: _Batch, item: CommandRequest | InboundEvent) -> Outcome:
        began_ns = time_ns()
        if isinstance(item, CommandRequest):
            working_on.set(item.correlation_id)
            outcome = self._command(batch, item)
        else:
            working_on.set(item.envelope.correlation_id)
            outcome = self._arrival(batch, item)
        batch.times_ns.append((began_ns, time_ns()))
        return outcome

    def _tell(
        self,
        batch: _Batch,
        items: Sequence[CommandRequest | InboundEvent],
        outcomes: Sequence[Outcome],
        stages_ns: tuple[int, int, int],
    ) -> None:
        if self.observer is None:
            return
        pending, first = batch.pending, batch.first_position
        try:
            self.observer(ExecutedBatch(items, outcomes, batch.times_ns, pending, first, stages_ns))
        except Exception as error:  # noqa: BLE001  # it has committed, whoever failed to hear of it
            log.warning("observer_failed", error=type(error).__name__)

    def _scrub(self) -> None:
        """Make what was erased unreadable; while a reader is in the way, after the next batch."""
        try:
            self._store.scrub()
        except Fault:
            log.warning("scrub_put_off", service=self._model.name)
        else:
            self._scrub_due = False

    def _load(self, batch: _Batch, items: Sequence[CommandRequest | InboundEvent]) -> None:
        works = [item for item in items if isinstance(item, CommandRequest)]
        streams = {stream for work in works for stream in work.streams}
        if streams:
            found = read_streams(batch.connection, streams)
            batch.folded = {
                stream: fold(self._model, stream, recorded) for stream, recorded in found.items()
            }
        ids = [str(work.command_id) for work in works if work.digest is not None]
        if ids:
            for row in batch.connection.execute(_KNOWN, {"ids": ids}):
                batch.done[row.command_id] = (row.digest, Done(row.stream, row.version, True))  # noqa: FBT003
        batch.inbox.load([item for item in items if isinstance(item, InboundEvent)])

    def _command(self, batch: _Batch, work: CommandRequest) -> Outcome:
        known = batch.done.get(str(work.command_id)) if work.digest is not None else None
        if known is not None:
            digest, done = known
            return done if digest == work.digest else Refused(KeyReused())
        session = self._session(batch, work)
        try:
            if work.expected is not None:
                session.expect(*work.expected)
            work.run(session)
        except Refusal as refusal:
            session.roll_back()
            return Refused(refusal)
        except Exception as error:
            if _is_fault(error):
                raise
            session.roll_back()
            log.exception("command_failed", service=self._model.name)
            return Failed(error)
        self._absorb(batch, session)
        stream = session.answer
        version = session.load(stream).version if stream else 0
        done = Done(stream, version, appended=bool(session.pending))
        if work.digest is not None:
            batch.done[str(work.command_id)] = (
                work.digest,
                Done(done.stream, done.version, replayed=True),
            )
            batch.done_now.append((work, done))
        return done

    def _arrival(self, batch: _Batch, inbound: InboundEvent) -> Outcome:
        inbox = batch.inbox
        if not inbox.is_new(inbound):
            inbox.mark(inbound)
            return Done(replayed=True)
        if inbox.is_blocked(inbound):
            if inbound.held_id is None:
                inbox.hold(inbound, Hold("behind"))
                inbox.mark(inbound)
            return Done()
        if not self._model.hears(inbound.envelope.type):
            inbox.let_go(inbound)
            inbox.mark(inbound)
            return Done()
        appended = False
        session = self._session(batch, self._reaction_work(inbound))
        try:
            self._react(session, inbound)
        except Exception as error:
            if _is_fault(error):
                raise
            session.roll_back()
            self._judge(inbox, session, inbound, error)
        else:
            self._absorb(batch, session)
            inbox.let_go(inbound)
            appended = bool(session.pending)
        inbox.mark(inbound)
        return Done(appended=appended)

    def _react(self, session: Session, inbound: InboundEvent) -> None:
        wire = inbound.envelope.type
        reaction = self._model.reactions.get(wire)
        if self._model.views_of(wire):
            self._project(session.connection, inbound)
        if reaction is not None:
            event = parse_event(wire, inbound.recorded.data)
            reaction.run(session, event, inbound.envelope)

    def _project(self, connection: Connection, inbound: InboundEvent) -> None:
        event = parse_event(inbound.envelope.type, inbound.recorded.data)
        for view in self._model.views_of(inbound.envelope.type):
            view.project(connection, event, inbound.envelope)

    def _judge(
        self, inbox: Inbox, session: Session, inbound: InboundEvent, error: Exception
    ) -> None:
        reaction = self._model.reactions.get(inbound.envelope.type)
        # A stream that is there will not appear again: waiting for it would be for ever.
        if isinstance(error, Unknown) and error.stream and not session.load(error.stream).version:
            inbox.hold(inbound, Hold("waiting", error.stream, error.code))
        elif isinstance(error, Refusal) and reaction and isinstance(error, reaction.refusals):
            inbox.refuse(inbound, error)
            inbox.let_go(inbound)
            # What was heard stays a fact: only the reaction to it was undone.
            self._project(inbox.connection, inbound)
        else:
            self._park(inbox, inbound, error)

    def _park(self, inbox: Inbox, inbound: InboundEvent, error: Exception) -> None:
        code = error.code if isinstance(error, Refusal) else type(error).__name__
        inbox.hold(inbound, Hold("parked", reason=code))
        log.error(
            "event_parked",
            service=self._model.name,
            source=inbound.source,
            stream=inbound.envelope.stream,
            version=inbound.envelope.version,
            reason=code,
        )

    def _reaction_work(self, inbound: InboundEvent) -> CommandRequest:
        envelope = inbound.envelope
        return CommandRequest(
            command_id=reaction_id(envelope, self._model.name),
            run=lambda _session: None,
            actor=self._actor,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
        )

    def _session(self, batch: _Batch, work: CommandRequest) -> Session:
        now = self._clock.now()
        session = Session(work, now, self._model, self._vault, batch.connection, batch.folded)
        session.has_savepoint = batch.has_savepoints
        return session

    def _absorb(self, batch: _Batch, session: Session) -> None:
        session.keep()
        for stream, loaded in session.changed.items():
            batch.before.setdefault(stream, batch.folded[stream])
            batch.folded[stream] = loaded
        batch.pending.extend(session.pending)
        batch.lapsed.update(session.reindexed)
        batch.erased = batch.erased or session.erased

    def _flush(self, batch: _Batch) -> None:
        placed = self._append(batch) if batch.pending else {}
        rows = [
            _command_row(work, done, *placed.get(work.command_id, (0, 0)))
            for work, done in batch.done_now
        ]
        add(batch.connection, commands, rows)
        reindex(batch.connection, self._model, batch.before, batch.folded, batch.lapsed)
        batch.inbox.flush()

    def _append(self, batch: _Batch) -> dict[UUID, tuple[int, int]]:
        """Append, let the own views follow, and say which positions each command got."""
        now = self._clock.now()
        unplaced = [
            (pending.envelope(self._store.log_id, now), pending.event.to_bytes())
            for pending in batch.pending
        ]
        first = batch.first_position = self._store.append(batch.connection, unplaced)
        placed: dict[UUID, tuple[int, int]] = {}
        numbered = zip(batch.pending, unplaced, strict=True)
        for position, (pending, (envelope, _)) in enumerate(numbered, start=first):
            for view in self._model.views_of(envelope.type):
                view.project(batch.connection, pending.event, envelope)
            begin, _end = placed.get(pending.work.command_id, (position, position))
            placed[pending.work.command_id] = (begin, position)
        return placed


def _command_row(work: CommandRequest, done: Done, first: int, last: int) -> dict[str, object]:
    row = {"command_id": str(work.command_id), "digest": work.digest, "stream": done.stream}
    return {**row, "version": done.version, "first_position": first, "last_position": last}


def _is_fault(error: Exception) -> bool:
    """Infrastructure, to be tried again; what the database cannot hold is the work's own doing."""
    if isinstance(error, DataError | IntegrityError):
        return False
    return isinstance(error, Fault | DBAPIError | OSError)
