"""Turns of plays, and which plays the service conducts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_turn",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("minute", sa.Float(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id", "job", "minute"),
    )
    op.create_table(
        "play_commission",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("until_minute", sa.Float(), nullable=True),
        sa.Column("is_team_played", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id"),
    )


def downgrade() -> None:
    op.drop_table("play_commission")
    op.drop_table("play_turn")
