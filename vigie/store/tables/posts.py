"""Tables of posts: what identifies one, and every version of it as it arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from vigie.store.columns import UtcDateTime, Verbatim


class PostRow(SQLModel, table=True):
    """One native thing of one source; ``key_hash`` stands for (source key, native id)."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_activation_id_ref", "activation_id", "ref"),)

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    key_hash: str = Field(primary_key=True)
    source_key: str = Field(sa_type=Verbatim)
    native_id: str = Field(sa_type=Verbatim)
    newest_hash: str
    revision: int
    happened_at: datetime = Field(sa_type=UtcDateTime)
    is_quarantined: bool
    ref: str | None = None


class RevisionRow(SQLModel, table=True):
    """One version of a post, verbatim; never changed once written."""

    __tablename__ = "post_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["activation_id", "key_hash"], ["post.activation_id", "post.key_hash"]
        ),
    )

    activation_id: str = Field(primary_key=True)
    key_hash: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    content_hash: str
    source_id: str
    kind: str
    text: str = Field(sa_type=Verbatim)
    captured_at: datetime = Field(sa_type=UtcDateTime)
    payload: str = Field(sa_type=Verbatim)
    url: str | None = Field(default=None, sa_type=Verbatim)
    author: str | None = Field(default=None, sa_type=Verbatim)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str | None = Field(default=None, sa_type=Verbatim)
    lon: float | None = None
    lat: float | None = None
    area: str | None = Field(default=None, sa_type=Verbatim)
    repost_of: str | None = Field(default=None, sa_type=Verbatim)
    subject: str | None = Field(default=None, sa_type=Verbatim)
    level: int | None = None
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    entered_by: str | None = Field(default=None, sa_type=Verbatim)
    origin: str | None = Field(default=None, sa_type=Verbatim)
    category: str | None = None
    is_ended: bool = False
