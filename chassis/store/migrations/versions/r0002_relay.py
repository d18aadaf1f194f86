"""What a broker needs: marks beyond a checkpoint, and how far the relay is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table."""
    # Rows that are there need a value. SQLite has no '' of bytes, and keeps the default for good.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    empty = sa.text("x''") if is_sqlite else sa.text("''")
    op.add_column(
        "checkpoints", sa.Column("ahead", sa.LargeBinary, nullable=False, server_default=empty)
    )
    if not is_sqlite:
        op.alter_column("checkpoints", "ahead", server_default=None)
    op.create_table(
        "relay",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False
        ),
        sa.Column("log_id", sa.Text, nullable=False),
        sa.Column("position", _BIG, nullable=False),
    )
