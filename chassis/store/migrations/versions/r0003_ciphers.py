"""With which cipher a key is wrapped and a text sealed; rows without a mark are of AES-256-GCM."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    for table in ("vault_keys", "vault_items"):
        op.add_column(table, sa.Column("cipher", sa.Text, nullable=True))
