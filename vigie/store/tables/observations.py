"""Tables of observations, levels, findings, and of what people wrote in the workbook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from vigie.store.columns import PackedJson, TypedJson, UtcDateTime, Verbatim


class ObservationRow(SQLModel, table=True):
    """One row of the main log: the machine's values and people's, side by side."""

    __tablename__ = "observation"

    ref: str = Field(primary_key=True)
    activation_id: str = Field(foreign_key="activation.id", index=True)
    number: int
    machine: Any = Field(sa_type=TypedJson)
    people: Any = Field(sa_type=TypedJson)
    is_added_by_people: bool
    is_withdrawn: bool
    leader_hash: str | None = None


class LevelRow(SQLModel, table=True):
    """The last known level of a measured subject."""

    __tablename__ = "level"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    subject_hash: str = Field(primary_key=True)
    source_key: str = Field(sa_type=Verbatim)
    subject: str = Field(sa_type=Verbatim)
    level: int
    ref: str | None = None
    happened_at: datetime = Field(sa_type=UtcDateTime)


class FindingRow(SQLModel, table=True):
    """One rule broken by one item; ``identity`` keeps the same finding from standing twice."""

    __tablename__ = "finding"
    # Numbers that people have read are not given twice, also after a purge.
    __table_args__ = (
        UniqueConstraint("activation_id", "identity"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    activation_id: str = Field(foreign_key="activation.id")
    identity: str
    check: str
    severity: str
    message: str = Field(sa_type=Verbatim)
    found_at: datetime = Field(sa_type=UtcDateTime)
    source_key: str | None = Field(default=None, sa_type=Verbatim)
    native_id: str | None = Field(default=None, sa_type=Verbatim)
    key_hash: str | None = None
    ref: str | None = None
    value: str = Field(sa_type=Verbatim)
    decision: str = Field(sa_type=Verbatim)
    decided_by: str = Field(sa_type=Verbatim)


class PeopleRowRow(SQLModel, table=True):
    """People's cells of one row outside the main log."""

    __tablename__ = "people_row"
    __table_args__ = (UniqueConstraint("activation_id", "sheet", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    activation_id: str = Field(foreign_key="activation.id")
    sheet: str
    key: str = Field(sa_type=Verbatim)
    values: Any = Field(sa_type=TypedJson)
    is_added_by_people: bool


class AddedRowRow(SQLModel, table=True):
    """The key that a row added by people was given: what makes taking it in idempotent."""

    __tablename__ = "added_row"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    token_hash: str = Field(primary_key=True)
    sheet: str
    key: str


class ConflictRow(SQLModel, table=True):
    """One line of the sheet of conflicts."""

    __tablename__ = "conflict"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    activation_id: str = Field(foreign_key="activation.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    sheet: str
    key: str = Field(sa_type=Verbatim)
    column: str
    standing: Any = Field(sa_type=TypedJson)
    other: Any = Field(sa_type=TypedJson)
    reason: str = Field(sa_type=Verbatim)
    revision: int
    choice: str = Field(sa_type=Verbatim)


class WorkbookRevisionRow(SQLModel, table=True):
    """One version of the workbook that the machine wrote."""

    __tablename__ = "workbook_revision"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    number: int = Field(primary_key=True)
    written_at: datetime = Field(sa_type=UtcDateTime)
    fingerprint: str
    file_name: str = Field(sa_type=Verbatim)
    file_hash: str
    is_final: bool
    cells: Any = Field(sa_type=PackedJson)
