"""Plays of scenarios: their clocks and what animators changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("scenario_id", sa.String(), nullable=False),
        sa.Column("scenario_text", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted_speed", sa.Float(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchor_minute", sa.Float(), nullable=False),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("bound_minute", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id"),
    )
    op.create_table(
        "inject_change",
        sa.Column("activation_id", sa.String(), nullable=False),
        sa.Column("inject_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minute", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id", "inject_id"),
    )


def downgrade() -> None:
    op.drop_table("inject_change")
    op.drop_table("play")
