"""Table of the public maps: whether an activation's is open, since when, by whom."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from vigie.store.columns import UtcDateTime, Verbatim


class MapRow(SQLModel, table=True):
    """The last decision on an activation's public map; no row means that it was never opened."""

    __tablename__ = "map"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    is_open: bool
    decided_by: str = Field(sa_type=Verbatim)
    decided_at: datetime = Field(sa_type=UtcDateTime)
