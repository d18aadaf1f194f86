"""The tables as first released, on SQLite; on PostgreSQL also what refuses to change the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDS = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
       END $$""",
    """CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE ON events
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER head_moves_forward BEFORE UPDATE ON head
       FOR EACH ROW WHEN (NEW.position < OLD.position OR NEW.log_id <> OLD.log_id)
       EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER head_is_not_deleted BEFORE DELETE ON head
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER head_is_not_emptied BEFORE TRUNCATE ON head
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    """Make the tables."""
    _log()
    _inbox()
    _held()
    _names()
    _vault()
    if op.get_bind().dialect.name == "postgresql":
        for guard in _GUARDS:
            op.execute(guard)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=False)


def _big(name: str) -> "sa.Column[int]":
    return sa.Column(name, _BIG, nullable=False)


def _row_number() -> "sa.Column[int]":
    return sa.Column("id", _BIG, primary_key=True)


def _log() -> None:
    only = sa.CheckConstraint("id = 1")
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, only, primary_key=True, autoincrement=False),
        _big("position"),
        _text("log_id"),
    )
    op.create_table(
        "events",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        _text("stream"),
        _number("version"),
        _text("type"),
        _text("key"),
        _bytes("meta"),
        _bytes("data"),
        sa.UniqueConstraint("stream", "version"),
    )
    op.create_table(
        "commands",
        sa.Column("command_id", sa.Text, primary_key=True),
        _bytes("digest"),
        _text("stream"),
        _number("version"),
        _big("first_position"),
        _big("last_position"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        _number("version"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("source", sa.Text, primary_key=True),
        _text("log_id"),
        _big("position"),
    )
    op.create_table(
        "refusals",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        _text("code"),
        _text("refused_at"),
    )


def _held() -> None:
    op.create_table(
        "held",
        _row_number(),
        _text("source"),
        _text("key"),
        _big("position"),
        *map(_text, ("kind", "wants", "reason", "held_at")),
        _bytes("meta"),
        _bytes("data"),
        sqlite_autoincrement=True,
    )
    op.create_index("held_by_key", "held", ["source", "key", "id"])
    names = ("action", "subject", "reason", "person", "acted_at")
    op.create_table("operator_log", _row_number(), *map(_text, names))


def _names() -> None:
    op.create_table(
        "deadlines",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("milestone", sa.Text, primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("due_at", sa.Text, primary_key=True),
    )
    op.create_index("deadlines_by_due", "deadlines", ["due_at"])
    op.create_table(
        "claims",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        _text("stream"),
        _bytes("digest"),
    )
    op.create_table(
        "sequences",
        sa.Column("scope", sa.Text, primary_key=True),
        _number("last"),
    )
    op.create_table(
        "view_versions",
        sa.Column("view", sa.Text, primary_key=True),
        _text("fingerprint"),
    )


def _vault() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("owner", sa.Text, primary_key=True),
        _bytes("wrapped", nullable=True),
    )
    op.create_table(
        "vault_items",
        sa.Column("ref", sa.Text, primary_key=True),
        _text("owner"),
        _bytes("ciphertext"),
    )
    op.create_index("ix_vault_items_owner", "vault_items", ["owner"])
    names = ("stream", "fields", "person", "unit", "role", "read_at")
    op.create_table("access_log", _row_number(), *map(_text, names))
