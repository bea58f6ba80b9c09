"""Table of what the online geocoder answered, for one activation."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from vigie.store.columns import TypedJson


class AddressRow(SQLModel, table=True):
    """One question by its digest, never by its words; ``place`` is empty where there is none."""

    __tablename__ = "address"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    key: str = Field(primary_key=True)
    place: Any = Field(sa_type=TypedJson)
