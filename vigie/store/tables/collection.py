"""Tables of what sweeps leave behind: cursors, health, staged answers, committed sweeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from vigie.store.columns import PackedJson, TypedJson, UtcDateTime, Verbatim


class SourceMarkRow(SQLModel, table=True):
    """Where a source's collection goes on: its cursor and its validators (ETag, Last-Modified)."""

    __tablename__ = "source_mark"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    source_id: str = Field(primary_key=True)
    cursor: Any = Field(sa_type=TypedJson)
    validators: Any = Field(sa_type=TypedJson)


class HealthRow(SQLModel, table=True):
    """How one source of one activation is doing."""

    __tablename__ = "health"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    source_id: str = Field(primary_key=True)
    state: str
    since_at: datetime = Field(sa_type=UtcDateTime)
    last_attempt_at: datetime = Field(sa_type=UtcDateTime)
    last_answer_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_news_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_count: int
    kept_count: int
    detail: str = Field(sa_type=Verbatim)
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_count: int = 0
    backs_off_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StagedRow(SQLModel, table=True):
    """What a source gave, waiting for its sweep's analysis."""

    __tablename__ = "staged"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    source_id: str = Field(primary_key=True)
    sweep_id: str = Field(sa_type=Verbatim)
    body: Any = Field(sa_type=PackedJson)


class SweepRow(SQLModel, table=True):
    """A committed sweep and the references it gave: what makes committing idempotent."""

    __tablename__ = "sweep"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    sweep_hash: str = Field(primary_key=True)
    sweep_id: str = Field(sa_type=Verbatim)
    committed_at: datetime = Field(sa_type=UtcDateTime)
    refs: Any = Field(sa_type=TypedJson)
