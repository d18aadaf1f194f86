"""What one command may do while it is being decided.

A session sees the log as it stands plus what earlier commands of the same batch will append. What
it does itself is kept apart until it succeeds, so that a refusal leaves nothing behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, bindparam, delete, select

from chassis.errors import Stale, Unknown
from chassis.store.reading import read_streams
from chassis.store.rows import add, put
from chassis.store.tables import access_log, claims, sequences
from chassis.unit_of_work.definition import ServiceModel
from chassis.vault import Vault
from contracts.envelope import Actor, Envelope
from contracts.event import Event, ordering_key, parse_event
from contracts.instant import format_instant
from contracts.sealed import Sealed

__all__ = ["Claim", "CommandRequest", "Loaded", "Pending", "RollbackNeeded", "Session", "fold"]

_CLAIM = select(claims.c.stream, claims.c.digest).where(
    claims.c.scope == bindparam("scope"), claims.c.name == bindparam("name")
)
_LAST = select(sequences.c.last).where(sequences.c.scope == bindparam("scope"))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as folded so far."""

    state: Any
    version: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event decided on and not yet appended."""

    event: Event
    event_id: UUID
    stream: str
    version: int
    key: str
    work: "CommandRequest"

    def envelope(self, log_id: UUID, now: datetime) -> Envelope:
        """Give the envelope it will be recorded in."""
        return Envelope.model_construct(
            event_id=self.event_id,
            type=self.event.wire,
            stream=self.stream,
            version=self.version,
            key=self.key,
            log_id=log_id,
            recorded_at=now,
            actor=self.work.actor,
            correlation_id=self.work.correlation_id,
            causation_id=self.work.causation_id,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that is taken, by whom, and for what content."""

    stream: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One command on its way through the unit of work, the same one whenever its id comes again."""

    command_id: UUID
    run: Callable[["Session"], None]
    actor: Actor
    correlation_id: UUID
    causation_id: UUID
    digest: bytes | None = None
    """Keyed digest of the request; None for work that is deduplicated by other means."""
    expected: tuple[str, int] | None = None
    """(stream, version) of If-Match."""
    streams: tuple[str, ...] = ()
    """Streams it will surely read: loaded for a whole batch at once."""


class RollbackNeeded(Exception):
    """What one item wrote has to be undone, and no savepoint parts it from what others wrote."""


@dataclass
class Session:
    """The world as one command sees it."""

    work: CommandRequest
    now: datetime
    model: ServiceModel
    vault: Vault
    _connection: Connection
    _folded: dict[str, Loaded]
    """Shared by the batch; only read here."""
    changed: dict[str, Loaded] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    touched: bool = False
    has_savepoint: bool = False
    """Whether what it writes stands under a savepoint of its own."""
    reindexed: set[str] = field(default_factory=set)
    erased: bool = False
    answer: str = ""
    """The stream the reply speaks of: the first commanded, unless `reply_with` names another."""
    _sealed_count: int = 0

    @property
    def actor(self) -> Actor:
        """Who is acting."""
        return self.work.actor

    @property
    def connection(self) -> Connection:
        """The transaction, for writing: from here on a failure has to be rolled back."""
        if not self.touched:
            if self.has_savepoint:
                self._connection.exec_driver_sql("SAVEPOINT work")
            self.touched = True
        return self._connection

    def keep(self) -> None:
        """Leave what was written as it is."""
        if self.touched and self.has_savepoint:
            self._connection.exec_driver_sql("RELEASE work")

    def roll_back(self) -> None:
        """Undo what was written. Raises: RollbackNeeded without a savepoint."""
        if self.touched and not self.has_savepoint:
            raise RollbackNeeded
        if self.touched:
            self._connection.exec_driver_sql("ROLLBACK TO work")
            self._connection.exec_driver_sql("RELEASE work")

    def state(self, stream: str) -> Any:  # noqa: ANN401  # each aggregate has its own state
        """Give the current state of a stream, its initial state if it does not exist."""
        return self.load(stream).state

    def load(self, stream: str) -> Loaded:
        """Give a stream with its version."""
        loaded = self.changed.get(stream) or self._folded.get(stream)
        if loaded is None:
            recorded = read_streams(self._connection, [stream])[stream]
            loaded = self._folded[stream] = fold(self.model, stream, recorded)
        return loaded

    def execute(self, command: object, *streams: str) -> None:
        """Let the aggregate of every named stream decide; all of them agree or nothing happens.

        Deadlines that have passed are recorded as missed before the command is looked at.
        """
        for stream in streams:
            self.answer = self.answer or stream
            self.lapse(stream)
            decider = self.model.decider(stream)
            try:
                events = decider.decide(command, self.state(stream))
            except Unknown as unknown:
                unknown.stream = stream
                raise
            self._stage(stream, events)

    def lapse(self, stream: str) -> None:
        """Record the deadlines of a stream that have passed and are not recorded yet."""
        decider = self.model.decider(stream)
        self._stage(stream, decider.lapse(self.state(stream), self.now))

    def tick(self, stream: str) -> None:
        """Record what has lapsed and take the stream's index of deadlines from its state anew."""
        self.lapse(stream)
        self.reindexed.add(stream)

    def expect(self, stream: str, version: int) -> None:
        """Refuse to go on when a stream is no longer at the version the caller saw."""
        actual = self.load(stream).version
        if actual != version:
            raise Stale(expected=version, actual=actual)

    def reply_with(self, stream: str) -> None:
        """Answer about a stream although nothing was commanded on it."""
        self.answer = stream

    def seal(self, text: str, *owners: str) -> Sealed:
        """Put a text into the vault for the first owner that was not erased."""
        ref = uuid5(self.work.command_id, f"text/{self._sealed_count}")
        self._sealed_count += 1
        return Sealed(ref=ref, commitment=self.vault.seal(self.connection, ref, text, *owners))

    def destroy_key(self, owner: str) -> None:
        """Erase an owner: the key and the texts are gone when this commits, on the disk as well."""
        self.vault.destroy(self.connection, owner)
        self.erased = True

    def open(self, sealed: Sealed | None) -> str | None:
        """Give a text back, or None when it was erased or never given."""
        return None if sealed is None else self.vault.open(self._connection, sealed.ref)

    def note_access(self, stream: str, *fields: str) -> None:
        """Write down that the actor reads texts of a stream in order to work on it."""
        row = {"stream": stream, "fields": ",".join(fields), "read_at": format_instant(self.now)}
        add(self.connection, access_log, [{**row, **self.actor.model_dump()}])

    def claimed(self, scope: str, name: str) -> Claim | None:
        """Say who holds a name, if anybody."""
        row = self._connection.execute(_CLAIM, {"scope": scope, "name": name}).first()
        return None if row is None else Claim(row.stream, row.digest)

    def claim(self, scope: str, name: str, holder: Claim) -> None:
        """Take a name for good, together with what this command appends."""
        row = {"scope": scope, "name": name, "stream": holder.stream, "digest": holder.digest}
        add(self.connection, claims, [row])

    def unclaim(self, scope: str, stream: str) -> None:
        """Give back all names that a stream holds in a scope."""
        self.connection.execute(
            delete(claims).where(claims.c.scope == scope, claims.c.stream == stream)
        )

    def next_number(self, scope: str) -> int:
        """Count on in a sequence, from 1; numbers of commands that fail are given out again."""
        number = (self._connection.execute(_LAST, {"scope": scope}).scalar() or 0) + 1
        put(self.connection, sequences, {"scope": scope}, last=number)
        return number

    def _stage(self, stream: str, events: Any) -> None:  # noqa: ANN401  # any sequence of events
        decider = self.model.decider(stream)
        for event in events:
            before = self.load(stream)
            after = replace(
                before,
                state=decider.evolve(before.state, event),
                version=before.version + 1,
                key=before.key or ordering_key(event, stream),
            )
            event_id = uuid5(self.work.command_id, str(len(self.pending)))
            self.changed[stream] = after
            self.pending.append(
                Pending(event, event_id, stream, after.version, after.key, self.work)
            )


def fold(model: ServiceModel, stream: str, recorded: Any) -> Loaded:  # noqa: ANN401
    """Fold what a log holds of a stream."""
    decider = model.decider(stream)
    if not recorded:
        return Loaded(decider.initial)
    envelopes = [record.envelope for record in recorded]
    events = [
        parse_event(envelope.type, record.data)
        for envelope, record in zip(envelopes, recorded, strict=True)
    ]
    return Loaded(decider.fold(decider.initial, events), len(recorded), envelopes[0].key)
