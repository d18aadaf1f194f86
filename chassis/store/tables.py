"""Everything a service stores that is not a view. Views are dropped and rebuilt; these are kept.

Moments in tables are canonical text (`contracts.instant`), which sorts as time does and reads the
same in every database.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "access_log",
    "checkpoints",
    "claims",
    "commands",
    "deadlines",
    "events",
    "head",
    "held",
    "inbox",
    "kept",
    "operator_log",
    "refusals",
    "relay",
    "sequences",
    "tags",
    "vault_items",
    "vault_keys",
    "view_versions",
]

kept = MetaData()

_Big = BigInteger().with_variant(Integer(), "sqlite")
"""What may pass 2³¹ in the life of a service. SQLite's INTEGER is as wide, and has to be called so
to be a row's number."""

head = Table(
    "head",
    kept,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("position", _Big, nullable=False),
    Column("log_id", Text, nullable=False),
)
"""One row: the last position given out. Locked from append to commit, hence no gaps."""

events = Table(
    "events",
    kept,
    Column("position", _Big, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("meta", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("stream", "version"),
)
"""The truth, and the outbox. Append-only by triggers."""

commands = Table(
    "commands",
    kept,
    Column("command_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("first_position", _Big, nullable=False),
    Column("last_position", _Big, nullable=False),
)
"""Commands done: a keyed digest of what was asked and where the answer stands; never the body."""

inbox = Table(
    "inbox",
    kept,
    Column("source", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""The last version of each foreign stream that was dealt with; streams may come in any order."""

checkpoints = Table(
    "checkpoints",
    kept,
    Column("source", Text, primary_key=True),
    Column("log_id", Text, nullable=False),
    Column("position", _Big, nullable=False),
    Column("ahead", LargeBinary, nullable=False, default=b""),
)
"""How far each source was dealt with: all up to `position`, and beyond it what `ahead` marks.

A bitmap, least significant bit first; its first bit is `position` + 1.
"""

relay = Table(
    "relay",
    kept,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("log_id", Text, nullable=False),
    Column("position", _Big, nullable=False),
)
"""One row: the last position of which the broker has everything. Moved by compare-and-set."""

held = Table(
    "held",
    kept,
    Column("id", _Big, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("position", _Big, nullable=False),
    Column("kind", Text, nullable=False),
    Column("wants", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_at", Text, nullable=False),
    Column("meta", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("held_by_key", "source", "key", "id"),
    sqlite_autoincrement=True,
)
"""Foreign events that cannot be dealt with yet: `waiting`, `parked`, or `behind` one of those."""

refusals = Table(
    "refusals",
    kept,
    Column("source", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("refused_at", Text, nullable=False),
)
"""Reactions that ended in a refusal they name, and events given up by an operator, to be counted.

An event given up has `discarded` for a code, and no view shows it.
"""

operator_log = Table(
    "operator_log",
    kept,
    Column("id", _Big, primary_key=True),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("acted_at", Text, nullable=False),
)
"""What operators did to held events, and why (`reason` is a reference into the vault)."""

deadlines = Table(
    "deadlines",
    kept,
    Column("stream", Text, primary_key=True),
    Column("milestone", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("due_at", Text, primary_key=True),
    Index("deadlines_by_due", "due_at"),
)

claims = Table(
    "claims",
    kept,
    Column("scope", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
"""Names taken for good by a stream, such as a caller's own number for an appeal."""

tags = Table(
    "tags",
    kept,
    Column("scope", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("stream", Text, primary_key=True, index=True),
)
"""Names that several streams may have, by keyed digest: the phones of persons."""

sequences = Table(
    "sequences",
    kept,
    Column("scope", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

vault_keys = Table(
    "vault_keys",
    kept,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("cipher", Text, nullable=True),
)
"""A key per person or case, wrapped by the master key. NULL: destroyed, and not to come back.

`cipher` NULL, here and below: AES-256-GCM."""

vault_items = Table(
    "vault_items",
    kept,
    Column("ref", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("cipher", Text, nullable=True),
)

access_log = Table(
    "access_log",
    kept,
    Column("id", _Big, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("read_at", Text, nullable=False),
)
"""Who read a text, as 0.1.0 wrote it down; readings are events now (`chassis.readings`)."""

view_versions = Table(
    "view_versions",
    kept,
    Column("view", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
)
