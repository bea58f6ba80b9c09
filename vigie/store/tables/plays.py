"""Tables of plays: an activation's exercise clock, and what animators changed of its injects."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from vigie.store.columns import UtcDateTime, Verbatim


class PlayRow(SQLModel, table=True):
    """The clock and the frozen scenario of one exercise activation."""

    __tablename__ = "play"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    scenario_id: str
    scenario_text: str = Field(sa_type=Verbatim)
    seed: int
    port: int
    state: str
    wanted_speed: float
    started_at: datetime = Field(sa_type=UtcDateTime)
    anchor_at: datetime = Field(sa_type=UtcDateTime)
    anchor_minute: float
    speed: float
    is_running: bool
    bound_minute: float | None = None


class InjectChangeRow(SQLModel, table=True):
    """What an animator changed about one inject."""

    __tablename__ = "inject_change"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    inject_id: str = Field(primary_key=True)
    state: str
    minute: float | None = None
    text: str = Field(sa_type=Verbatim)


class PlayTurnRow(SQLModel, table=True):
    """One job that is due at one minute of a play."""

    __tablename__ = "play_turn"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    job: str = Field(primary_key=True)
    minute: float = Field(primary_key=True)
    done_by: str | None = None


class CommissionRow(SQLModel, table=True):
    """A play that the service conducts."""

    __tablename__ = "play_commission"

    activation_id: str = Field(foreign_key="activation.id", primary_key=True)
    until_minute: float | None = None
    is_team_played: bool
