"""An index of names that several streams may have; phones were claims of one person each."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table, and move the phones into it."""
    op.create_table(
        "tags",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
    )
    op.create_index("ix_tags_stream", "tags", ["stream"])
    op.execute(
        "INSERT INTO tags (scope, digest, stream)"
        " SELECT scope, name, stream FROM claims WHERE scope = 'phone'"
    )
    op.execute("DELETE FROM claims WHERE scope = 'phone'")
