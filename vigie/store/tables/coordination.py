"""Tables of what processes agree on: leases, budgets, shared answers, each with an expiry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from vigie.store.columns import PackedJson, TypedJson, UtcDateTime


class LeaseRow(SQLModel, table=True):
    """Who holds a name, until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime = Field(sa_type=UtcDateTime)


class BudgetRow(SQLModel, table=True):
    """A host whose requests are counted; its row is the lock of the count."""

    __tablename__ = "budget"

    host: str = Field(primary_key=True)
    widest_seconds: int


class SpendingRow(SQLModel, table=True):
    """One request that was granted."""

    __tablename__ = "spending"
    __table_args__ = (Index("ix_spending_host_spent_at", "host", "spent_at"),)

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(foreign_key="budget.host")
    spent_at: datetime = Field(sa_type=UtcDateTime)


class SharedAnswerRow(SQLModel, table=True):
    """One question to a source: who asks until when, what came (or empty), who has had it."""

    __tablename__ = "shared_answer"

    key: str = Field(primary_key=True)
    asker: str
    asks_until: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    outcome: Any = Field(sa_type=PackedJson)
    takers: Any = Field(sa_type=TypedJson)
