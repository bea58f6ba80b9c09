"""What a folder of played material may say: waves, sources, posts, articles, bulletins, faults.

Built by ``vigie.exercise.material``; read by the renderers and by ``networks``. Strict and frozen
models without behaviour that needs a clock, a file or the network. Times are minutes after the
start of the play (``at: +12``), so that posts are always recent.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ShortId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+@[a-z0-9.-]+\.example$")]
"""``name@host.example``: the reserved domain keeps every account fictitious. Source: RFC 2606."""
ExampleHost = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.example$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True)]
LevelNumber = Annotated[int, Field(ge=1, le=4)]

HASHTAG = re.compile(r"(?<![\w#/&])#(\w*[^\W\d_]\w*)")
"""A hashtag in running text: letters, digits, underscores, at least one letter."""


class Section(BaseModel):
    """One mapping of a file: strict, frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Wave(Section):
    """One stretch of the play; posts up to ``until`` minutes belong to it or to an earlier one."""

    number: int = Field(ge=1)
    until: int
    title: Text


class Watch(Section):
    """A hashtag that is born during the event and watched from a wave on."""

    wave: int = Field(ge=1)
    tag: Text


class Toot(Section):
    """One post of a person.

    Attributes:
        also_on: Other Mastodon sources that show the same post (same ``uri``).
        boost_of: Id of the post that this one boosts; then ``text`` repeats the boosted text.
        warning: Content warning before the text.
    """

    id: ShortId
    at: int
    by: Account
    text: Text
    also_on: tuple[ShortId, ...] = Field(default=(), strict=False)
    boost_of: ShortId | None = None
    warning: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The hashtags in the text, without ``#``, as written, each once."""
        return tuple(dict.fromkeys(HASHTAG.findall(self.text)))

    @property
    def uri(self) -> str:
        """The identity across instances, as ActivityPub gives it (a boost is an activity)."""
        name, host = self.by.split("@")
        activity = "/activity" if self.boost_of else ""
        return f"https://{host}/users/{name}/statuses/{self.id}{activity}"


class Revision(Section):
    """A later version of an article, under the same identity."""

    at: int
    title: Text
    text: Text


class Article(Section):
    """One item of a feed."""

    id: ShortId
    at: int
    title: Text
    text: Text
    revised: Revision | None = None


class MastodonSource(Section):
    """A Mastodon instance: its host and its people's posts."""

    kind: Literal["mastodon"]
    id: ShortId
    host: ExampleHost
    posts: list[Toot]


class FeedSource(Section):
    """A feed of articles; it shows the newest ``window`` items."""

    kind: Literal["rss"]
    id: ShortId
    form: Literal["rss", "atom"]
    title: Text
    host: ExampleHost
    window: int = Field(ge=1, le=100)
    items: list[Article]

    def native_id(self, article: Article) -> str:
        """Return the ``guid`` or Atom ``id`` of an article, which is also its address."""
        return f"https://{self.host}/actualites/{article.id}"


class VigicruesSource(Section):
    """Flood vigilance of reaches: code of the reach to its level in each wave (1 green … 4 red)."""

    kind: Literal["vigicrues"]
    id: ShortId
    template: str
    reaches: dict[str, list[LevelNumber]]
    issued: list[int] = []
    """Minute at which the bulletin of each wave was issued; empty: shortly before its end."""


class Colour(Section):
    """The colour (1 … 4) of one phenomenon of one domain and horizon in each wave."""

    domain: str
    phenomenon: str
    horizon: Literal["J", "J1"]
    levels: list[LevelNumber]


class VigilanceSource(Section):
    """Weather vigilance: what differs from the template, wave by wave."""

    kind: Literal["vigilance"]
    id: ShortId
    template: str
    colours: list[Colour]
    issued: list[int] = []
    """Minute at which the bulletin of each wave was issued; empty: shortly before its end."""


class Message(Section):
    """One message on a channel that is no Mastodon.

    Attributes:
        by: Account; where it is empty, the channel's own.
        title: Of a video.
        forwards: ``channel/number`` of the message that is forwarded.
        number: In its channel, where it must not depend on what else is there; 0: its rank.
    """

    id: ShortId
    at: int
    by: str = Field(default="", pattern=r"^([a-z0-9-]+\.bsky\.example)?$")
    title: str = ""
    text: Text
    forwards: str = ""
    number: int = Field(default=0, ge=0)


class ChannelSource(Section):
    """Messages as Bluesky's search, Telegram's preview or YouTube's search shows them.

    Attributes:
        account: Name of the channel where a source is one channel.
    """

    kind: Literal["bluesky", "telegram", "youtube"]
    id: ShortId
    account: Text
    posts: list[Message]

    def native_id(self, message: Message) -> str:
        """Return a message's identity as the service gives it."""
        if self.kind == "bluesky":
            owner = message.by.partition(".")[0]
            return f"at://did:plc:{owner}/app.bsky.feed.post/{message.id}"
        if self.kind == "telegram":
            return f"{self.account}/{self.number(message)}"
        return f"yt:video:{self.video(message)}"

    def number(self, message: Message) -> int:
        """Return the number of a message in its channel, from 1."""
        return message.number or 1 + [one.id for one in self.posts].index(message.id)

    def video(self, message: Message) -> str:
        """Return a video's id: eleven characters, as YouTube's are."""
        return f"vigie-{message.id}".ljust(11, "_")


class DocumentSource(Section):
    """A service whose answers are written out, one a wave, in whatever form it speaks.

    In its texts ``@@12@@`` stands for the time 12 minutes after the start (ISO 8601, UTC) and
    ``@@base@@`` for the source's own address.

    Attributes:
        answers: File name of the answer of each wave; the last holds on.
        pages: What it sends to beside: path below its address to file name.
    """

    kind: Literal["document"]
    id: ShortId
    content_type: str
    answers: list[str] = Field(min_length=1)
    pages: dict[ShortId, str] = {}

    def answer_of(self, wave: int) -> str:
        """Return the file name of the answer of a wave (1 …)."""
        return self.answers[min(wave, len(self.answers)) - 1]


AnySource = Annotated[
    MastodonSource
    | FeedSource
    | VigicruesSource
    | VigilanceSource
    | ChannelSource
    | DocumentSource,
    Field(discriminator="kind"),
]


class Fault(Section):
    """How a source misbehaves instead of answering.

    Attributes:
        status: HTTP status to answer with (with ``body``).
        retry_after_seconds: Adds a ``Retry-After`` header.
        hang_seconds: Says nothing for so long, then goes on.
        garbage: Bytes that are no JSON, XML or UTF-8.
        flood_bytes: So many bytes, streamed without Content-Length.
        bomb_bytes: So many bytes once unpacked, sent as a small gzip body.
        redirect_to: Redirects to this address.
    """

    status: int | None = Field(default=None, ge=200, le=599)
    body: str = ""
    retry_after_seconds: int | None = Field(default=None, ge=0)
    hang_seconds: float = Field(default=0, ge=0, le=3600)
    garbage: bool = False
    flood_bytes: int = Field(default=0, ge=0, le=500_000_000)
    bomb_bytes: int = Field(default=0, ge=0, le=2_000_000_000)
    redirect_to: str = ""


class Intake(Section):
    """What people are told by telephone or list, and enter by hand.

    Attributes:
        after_wave: Entered once this wave has been swept.
        document: File name among the documents.
        origin: Who told it.
        posts: Short id of each thing in it, in order.
    """

    after_wave: int = Field(ge=1)
    document: str
    by: Text
    origin: Text
    posts: list[ShortId] = Field(min_length=1)


class Play(Section):
    """Everything of ``material.yml`` but the sources."""

    title: Text
    credit: Text
    waves: list[Wave] = Field(min_length=1)
    hashtags: list[Text] = Field(min_length=1)
    watch: list[Watch] = []
    intake: list[Intake] = []
    faults: dict[str, dict[int, Fault]] = {}

    @cached_property
    def _ends(self) -> list[int]:
        return [wave.until for wave in self.waves]

    @property
    def last_wave(self) -> int:
        """Number of the last wave."""
        return self.waves[-1].number

    @property
    def duration(self) -> timedelta:
        """From the start of the play to the end of its last wave."""
        return timedelta(minutes=self.waves[-1].until)

    def wave_of(self, at: int) -> int:
        """Return the wave that releases what was written ``at`` minutes after the start."""
        at_most = bisect_left(self._ends, at)
        return self.waves[min(at_most, len(self.waves) - 1)].number

    def wave_end(self, wave: int, started_at: datetime) -> datetime:
        """Return when a wave ends (aware, in ``started_at``'s zone)."""
        return resolve(self.waves[wave - 1].until, started_at)


def resolve(at: int, started_at: datetime) -> datetime:
    """Return the moment that lies ``at`` minutes after the start."""
    return started_at + timedelta(minutes=at)
