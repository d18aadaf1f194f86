"""Names taken for good or shared, and numbers given out: all commit with what a command appends."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from chassis.store.rows import add, upsert
from chassis.store.tables import claims, commands, sequences, tags
from chassis.unit_of_work.transaction import Transaction

__all__ = ["Claim", "Names"]

_CLAIM = select(claims.c.stream, claims.c.digest).where(
    claims.c.scope == bindparam("scope"), claims.c.name == bindparam("name")
)
_LAST = select(sequences.c.last).where(sequences.c.scope == bindparam("scope"))
_TAGGED = (
    select(tags.c.stream)
    .where(tags.c.scope == bindparam("scope"), tags.c.digest == bindparam("digest"))
    .order_by(tags.c.stream)
)
_UNTAG = delete(tags).where(tags.c.stream == bindparam("of"))
_FORGET = tuple(
    update(table).where(table.c.stream.in_(bindparam("streams", expanding=True))).values(digest=b"")
    for table in (claims, commands)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that is taken: by which stream, and for what content."""

    stream: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Names:
    """The names and numbers of a service as one command sees them."""

    _transaction: Transaction

    def claimed(self, scope: str, name: str) -> Claim | None:
        """Give the claim on a name; None when it is free."""
        row = self._transaction.reading.execute(_CLAIM, {"scope": scope, "name": name}).first()
        return None if row is None else Claim(row.stream, row.digest)

    def claim(self, scope: str, name: str, claim: Claim) -> None:
        """Take a name for good."""
        row = {"scope": scope, "name": name, "stream": claim.stream, "digest": claim.digest}
        add(self._transaction.writing, claims, [row])

    def unclaim(self, scope: str, stream: str) -> None:
        """Give back all names that a stream holds in a scope."""
        held = (claims.c.scope == scope, claims.c.stream == stream)
        self._transaction.writing.execute(delete(claims).where(*held))

    def tag(self, scope: str, digest: str, stream: str) -> None:
        """Let a stream have a name that others may have too."""
        row = {"scope": scope, "digest": digest, "stream": stream}
        upsert(self._transaction.writing, tags, [row])

    def tagged(self, scope: str, digest: str) -> list[str]:
        """Give the streams that have a name."""
        values = {"scope": scope, "digest": digest}
        return list(self._transaction.reading.execute(_TAGGED, values).scalars())

    def untag(self, stream: str) -> None:
        """Take all shared names from a stream."""
        self._transaction.writing.execute(_UNTAG, {"of": stream})

    def forget(self, *streams: str) -> None:
        """Forget what was asked of streams, so that no later request can confirm a guess of it.

        Their claims and commands stay; whatever comes under the same name or key is another
        request from now on. Both tables are read through: this is for a few streams a day.
        """
        for statement in _FORGET:
            self._transaction.writing.execute(statement, {"streams": list(streams)})

    def next_number(self, scope: str) -> int:
        """Count on in a sequence, from 1; the number of a refused command is given out again."""
        number = self.last_number(scope) + 1
        self.set_number(scope, number)
        return number

    def last_number(self, scope: str) -> int:
        """Give how far a sequence has counted; 0 for a new one."""
        return self._transaction.reading.execute(_LAST, {"scope": scope}).scalar() or 0

    def set_number(self, scope: str, number: int) -> None:
        """Let a sequence stand at a number."""
        upsert(self._transaction.writing, sequences, [{"scope": scope, "last": number}])
