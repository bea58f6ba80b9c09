"""Alembic's entry: runs the steps on the connection (and in the transaction) it is given."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from vigie.store import tables

assert tables.__all__  # imported for its effect: it fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
)
with context.begin_transaction():
    context.run_migrations()
