"""Table of the points de situation; a row is only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from vigie.store.columns import PackedJson, UtcDateTime, Verbatim


class ReportRow(SQLModel, table=True):
    """One issued report: what it says, in three forms, and the hash of them."""

    __tablename__ = "report"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    number: int = Field(primary_key=True)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    issued_by: str = Field(sa_type=Verbatim)
    file_stem: str = Field(sa_type=Verbatim)
    corrects: int | None = None
    content_hash: str
    data: Any = Field(sa_type=PackedJson)
    text: Any = Field(sa_type=PackedJson)
    html: Any = Field(sa_type=PackedJson)
