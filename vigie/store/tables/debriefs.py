"""Tables of debriefs: their numbered runs, and what people wrote into their sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from vigie.store.columns import PackedJson, TypedJson, UtcDateTime, Verbatim


class DebriefRow(SQLModel, table=True):
    """One run of an activation's debrief; a row is only ever added."""

    __tablename__ = "debrief"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    number: int = Field(primary_key=True)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    issued_by: str = Field(sa_type=Verbatim)
    file_stem: str = Field(sa_type=Verbatim)
    data: Any = Field(sa_type=PackedJson)


class DebriefEntryRow(SQLModel, table=True):
    """A remark or an action that people wrote."""

    __tablename__ = "debrief_entry"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    number: int
    content: Any = Field(sa_type=TypedJson)
