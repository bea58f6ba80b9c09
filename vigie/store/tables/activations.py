"""Tables of activations, their journal, and the counters that number things."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from vigie.store.columns import TypedJson, UtcDateTime, Verbatim


class ActivationRow(SQLModel, table=True):
    """One activation; ``number`` is its place among those of its convention and kind."""

    __tablename__ = "activation"
    __table_args__ = (UniqueConstraint("convention_id", "kind", "number"),)

    id: str = Field(primary_key=True)
    convention_id: str
    kind: str
    number: int
    convention_text: str = Field(sa_type=Verbatim)
    convention_hash: str
    state: str = Field(index=True)
    event: str = Field(sa_type=Verbatim)
    door: str
    opened_by: str = Field(sa_type=Verbatim)
    created_at: datetime = Field(sa_type=UtcDateTime)
    activated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: str = Field(sa_type=Verbatim)
    caller: str = Field(sa_type=Verbatim)
    network: str | None = Field(default=None, sa_type=Verbatim)
    communes: Any = Field(sa_type=TypedJson)
    hashtags: Any = Field(sa_type=TypedJson)
    feeds: Any = Field(sa_type=TypedJson)
    purge_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JournalRow(SQLModel, table=True):
    """One line of an activation's journal; only ever added."""

    __tablename__ = "journal"

    id: int | None = Field(default=None, primary_key=True)
    activation_id: str = Field(foreign_key="activation.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=Verbatim)
    subject: str = Field(sa_type=Verbatim)
    action: str
    field: str = Field(sa_type=Verbatim)
    before: str = Field(sa_type=Verbatim)
    after: str = Field(sa_type=Verbatim)
    channel: str = Field(sa_type=Verbatim)
    detail: Any = Field(sa_type=TypedJson)


class CounterRow(SQLModel, table=True):
    """The last number given under a name (a reference's prefix, a convention, a sheet)."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    last: int
