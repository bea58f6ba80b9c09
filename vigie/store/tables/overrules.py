"""Table of trainers' verdicts beside the computed scores."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from vigie.store.columns import UtcDateTime, Verbatim


class OverruleRow(SQLModel, table=True):
    """What a trainer decided about one fact, reaction or row of a play."""

    __tablename__ = "score_overrule"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    verdict: str
    reason: str = Field(sa_type=Verbatim)
    by: str = Field(sa_type=Verbatim)
    decided_at: datetime = Field(sa_type=UtcDateTime)
