"""Names taken for good, and numbers given out: both commit with what a command appends."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from chassis.store.rows import add, upsert
from chassis.store.tables import claims, sequences
from chassis.unit_of_work.transaction import Transaction

__all__ = ["Claim", "Names"]

_CLAIM = select(claims.c.stream, claims.c.digest).where(
    claims.c.scope == bindparam("scope"), claims.c.name == bindparam("name")
)
_LAST = select(sequences.c.last).where(sequences.c.scope == bindparam("scope"))


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
