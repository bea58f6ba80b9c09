"""What an inject says, by channel: one model each, told apart by ``channel``.

Part of the scenario's model (``vigie.exercise.scenario``). Pure. A channel that a connector sweeps
carries the id of its source in the convention; what reaches the team by telephone, mouth or a
partner's request has none, and players type it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vigie.exercise.script import ShortId

Words = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Level = Annotated[int, Field(ge=1, le=4)]


class Content(BaseModel):
    """Strict, frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PostContent(Content):
    """A post of a person or service on a network.

    Attributes:
        source: Id of the convention's source (Mastodon, Bluesky, Telegram, YouTube).
        boost_of: Id of the inject that this one boosts, repeats with "RT" or forwards.
        title: Of a video.
    """

    channel: Literal["post"]
    source: ShortId
    text: Words
    title: str = ""
    boost_of: ShortId | None = None


class ArticleContent(Content):
    """An article of a feed; ``revises`` names the article inject that it corrects in place."""

    channel: Literal["article"]
    source: ShortId
    title: Words
    text: Words
    revises: ShortId | None = None


class AlertContent(Content):
    """A CAP alert: issued, updated or cancelled.

    Attributes:
        references: Id of the alert inject that this one updates or cancels.
    """

    channel: Literal["alert"]
    source: ShortId
    action: Literal["issue", "update", "cancel"] = "issue"
    event: Words
    headline: Words
    text: Words
    severity: Literal["minor", "moderate", "severe", "extreme"] = "severe"
    areas: list[Words] = Field(min_length=1)
    expires_after_minutes: int = Field(default=720, ge=1)
    references: ShortId | None = None


class VigilanceContent(Content):
    """A change of colour (1 green … 4 red) of Météo-France's vigilance."""

    channel: Literal["vigilance"]
    source: ShortId
    domain: Code
    phenomenon: Code
    horizon: Literal["J", "J1"] = "J"
    level: Level


class ReachContent(Content):
    """A change of colour of a reach on Vigicrues."""

    channel: Literal["reach"]
    source: ShortId
    reach: Code
    name: Words
    level: Level


class GaugeContent(Content):
    """A measured height at a station of Hub'Eau, metres."""

    channel: Literal["gauge"]
    source: ShortId
    station: Code
    metres: float = Field(ge=-5, le=40)


class RoadContent(Content):
    """A road closed, or opened again, in DATEX II or a department's GeoJSON feed.

    Attributes:
        ends: Id of the road inject whose closure ends here; then nothing else is shown.
        lat, lon: WGS84 degrees.
    """

    channel: Literal["road"]
    source: ShortId
    road: Code
    text: Words
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    category: Code = "route coupée"
    ends: ShortId | None = None


class MailContent(Content):
    """A letter to the team's mailbox; without ``source`` players get it from the animator."""

    channel: Literal["mail"]
    source: ShortId | None = None
    subject: Words
    text: Words


class CallContent(Content):
    """A telephone call to the team; played by an animator from ``injects/*.txt``."""

    channel: Literal["call"]
    text: Words


class RequestContent(Content):
    """A partner's request to the team."""

    channel: Literal["request"]
    text: Words


class RoleContent(Content):
    """A word to one role of the team."""

    channel: Literal["role"]
    text: Words


AnyContent = Annotated[
    PostContent
    | ArticleContent
    | AlertContent
    | VigilanceContent
    | ReachContent
    | GaugeContent
    | RoadContent
    | MailContent
    | CallContent
    | RequestContent
    | RoleContent,
    Field(discriminator="channel"),
]
SPOKEN_CHANNELS = frozenset({"call", "request", "role"})
"""Channels that no connector sweeps: players type what they hear."""
