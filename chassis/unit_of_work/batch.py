"""What the requests of one transaction share: folded streams, and what is to be written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from chassis.decider import Aggregates
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.store.reading import read_streams
from chassis.store.tables import commands
from chassis.unit_of_work.names import Names
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.texts import Texts
from chassis.unit_of_work.transaction import Transaction
from chassis.unit_of_work.work import Loaded, Origin, Pending, fold
from chassis.vault import Vault

__all__ = ["Batch"]

_ANSWERED = select(commands).where(commands.c.command_id.in_(bindparam("ids", expanding=True)))


@dataclass
class Batch:
    """One transaction under way."""

    connection: Connection
    inbox: Inbox
    aggregates: Aggregates
    vault: Vault
    has_savepoints: bool
    folded: dict[str, Loaded] = field(default_factory=dict)
    """Every stream that was looked at, with what this batch will append."""
    before: dict[str, Loaded] = field(default_factory=dict)
    """Changed streams as they stand in the database."""
    pending: list[Pending] = field(default_factory=list)
    reindexed: set[str] = field(default_factory=set)
    has_erased: bool = False
    answers: dict[str, tuple[bytes, Done]] = field(default_factory=dict)
    """By command id: the digest of what was asked, and its answer."""
    answered: list[tuple[CommandRequest, Done]] = field(default_factory=list)
    """Commands of this batch to remember."""
    times_ns: list[tuple[int, int]] = field(default_factory=list)
    first_position: int = 0

    def load(self, requests: Sequence[CommandRequest | InboundEvent]) -> None:
        """Read at once what the requests need: their streams, earlier answers, the inbox."""
        asked = [one for one in requests if isinstance(one, CommandRequest)]
        self.load_streams({stream for one in asked for stream in one.streams})
        self.load_answers([one for one in asked if one.digest is not None])
        self.inbox.load([one for one in requests if isinstance(one, InboundEvent)])

    def load_streams(self, streams: set[str]) -> None:
        """Fold streams that will surely be looked at."""
        if streams:
            for stream, recorded in read_streams(self.connection, streams).items():
                self.folded[stream] = fold(self.aggregates, stream, recorded)

    def load_answers(self, asked: Sequence[CommandRequest]) -> None:
        """Find which commands were done before."""
        ids = [str(one.origin.command_id) for one in asked]
        if ids:
            for row in self.connection.execute(_ANSWERED, {"ids": ids}):
                done = Done(row.stream, row.version, replayed=True)
                self.answers[row.command_id] = (row.digest, done)

    def session(self, origin: Origin, now: datetime) -> Session:
        """Open a session for one request."""
        transaction = Transaction(self.connection, self.has_savepoints)
        texts = Texts(transaction, self.vault, origin)
        names = Names(transaction)
        return Session(origin, now, self.aggregates, transaction, names, texts, self.folded)

    def merge(self, session: Session) -> None:
        """Take over what a session decided."""
        session.transaction.keep()
        for stream, loaded in session.changed.items():
            self.before.setdefault(stream, self.folded[stream])
            self.folded[stream] = loaded
        self.pending.extend(session.pending)
        self.reindexed.update(session.reindexed)
        self.has_erased = self.has_erased or session.texts.has_erased

    def remember(self, request: CommandRequest, digest: bytes, done: Done) -> None:
        """Remember a command's answer, for a repeat in this batch and in later ones."""
        again = Done(done.stream, done.version, replayed=True)
        self.answers[str(request.origin.command_id)] = (digest, again)
        self.answered.append((request, done))
