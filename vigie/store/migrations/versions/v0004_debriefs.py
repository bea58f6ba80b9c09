"""Debriefs: numbered runs, and the remarks and actions that people wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "debrief",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("file_stem", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id", "number"),
    )
    op.create_table(
        "debrief_entry",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id", "key"),
    )


def downgrade() -> None:
    op.drop_table("debrief_entry")
    op.drop_table("debrief")
