"""The model of a scenario: what one YAML file in ``data/scenarios/`` may say.

Strict and frozen, as conventions are. Built by ``vigie.exercise.scenario_loading`` and by the
import of a chronogramme; read by the simulated networks, the clock's plan and the scores. Holds no
behaviour that needs a clock, a file or the network. Times of a scenario are exercise times: minutes
after its start, written ``T+01:05`` (a minus sign before the start: ``T-00:30``).

Source: ISO 22398 (exercises); Sécurité civile, « Guide méthodologique exercices cadre et terrain »
(chronogramme: time, from, to, channel, stimulus, expected reaction, deliverable).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from vigie.convention.model import Identifier, InseeCode
from vigie.exercise.inject_channels import AnyContent
from vigie.exercise.script import Fault, ShortId
from vigie.records.observation import CATEGORIES, URGENCIES

ExerciseTime = Annotated[str, StringConstraints(pattern=r"^T[+-][0-9]{2,3}:[0-5][0-9]$")]
"""``T+01:05`` is one hour and five minutes after the start."""
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True)]
Category = Annotated[str, StringConstraints(pattern=f"^({'|'.join(CATEGORIES)})$")]
Urgency = Annotated[str, StringConstraints(pattern=f"^({'|'.join(URGENCIES)})$")]

CastKind = Literal["person", "service", "medium", "partner", "animator"]
TruthKind = Literal["true", "rumour", "denial", "duplicate", "end", "noise"]
"""What an inject is: the first word of a fact that is so; a false one; the word that it is false;
a further word of a fact told before; the word that it is over; nothing of the event."""

_TIME = re.compile(r"^T([+-])([0-9]{2,3}):([0-5][0-9])$")


class Part(BaseModel):
    """One mapping of a scenario: strict, frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CastMember(Part):
    """A fictitious account, service or person.

    Attributes:
        handle: How its posts are signed: ``name@host.example`` on Mastodon, ``name.bsky.example``
            on Bluesky; empty where it never posts. The reserved domain keeps it fictitious.
    """

    id: ShortId
    name: Line
    kind: CastKind
    handle: Annotated[
        str, StringConstraints(pattern=r"^([A-Za-z0-9_.-]+(@[a-z0-9.-]+)?\.example)?$")
    ] = ""


class Fact(Part):
    """One thing that is so in the scenario's world, or that is falsely told there.

    Attributes:
        is_true: False for a rumour.
        summary: As a careful volunteer would write it into the main log.
        commune: Where; empty where the fact has no commune.
        lat, lon: The true point, WGS84 degrees; without it the commune's.
        urgency: What a careful volunteer would give it.
    """

    id: ShortId
    is_true: bool = True
    summary: Line
    commune: InseeCode | None = None
    place: str = ""
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    category: Category
    urgency: Urgency = "normal"


class Truth(Part):
    """What an inject says about the scenario's world; ``fact`` is empty only for noise."""

    # YAML reads an unquoted true as a boolean: whoever writes "kind: true" means the word.
    kind: Annotated[TruthKind, BeforeValidator(lambda kind: "true" if kind is True else kind)]
    fact: ShortId | None = None


class Expectation(Part):
    """What the players shall do.

    Attributes:
        reaction: In words, for the observers.
        within_minutes: After the inject, on the exercise clock.
        of: Role that shall react.
        deliverable: What there shall be then: a row, a status, a denial, an acknowledgement, a
            message, or words that an observer judges.
    """

    reaction: Line
    within_minutes: int = Field(ge=1, le=1440)
    of: Line = "veille"
    deliverable: Literal[
        "row", "urgency", "graded", "confirmed", "refuted", "acknowledged", "message", "judged"
    ] = "row"


class Inject(Part):
    """One line of the chronogramme.

    Attributes:
        at: When it happens: the time of a post, the hour of a call.
        shown_at: When the network shows it, where that is later than ``at`` (posts that arrive late
            and bunched after a power cut); None means at once.
        sender, to: Ids of the cast, or words.
        content: What is said, by channel.
        media: A picture or film, by description.
        note: For the animators only.
    """

    id: ShortId
    at: ExerciseTime
    shown_at: ExerciseTime | None = None
    sender: Line
    to: Line = "tous"
    content: AnyContent
    media: str = ""
    truth: Truth
    expect: Expectation | None = None
    note: str = ""

    @property
    def minute(self) -> int:
        """When it happens, in minutes after the start."""
        return minutes_of(self.at)

    @property
    def shown_minute(self) -> int:
        """When the network shows it, in minutes after the start."""
        return minutes_of(self.shown_at or self.at)


class Noise(Part):
    """Background posts, drawn from templates with a seed.

    Attributes:
        per_hour: How many on average over all ``sources``.
        sources: Ids of sources of people's posts of the convention.
        templates: Texts; ``{place}``, ``{hour}``, ``{tag}`` and ``{word}`` are filled in.
        places, words: What the templates are filled with.
    """

    per_hour: float = Field(ge=0, le=600)
    sources: list[ShortId] = Field(min_length=1)
    templates: list[Prose] = Field(min_length=1)
    places: list[Line] = []
    words: list[Line] = []


class Breakdown(Part):
    """A network that misbehaves for a while: down, refusing, garbled."""

    source: ShortId
    starts: ExerciseTime
    ends: ExerciseTime
    fault: Fault


class Scenario(Part):
    """A whole scenario file.

    Attributes:
        event: Name of the event that the activation opens.
        starts: Local time of the convention's first zone at which the exercise begins.
        duration: Exercise time of its end.
        watch: Hashtags that the activation watches beside the convention's.
    """

    schema_version: Literal[1]
    id: Identifier
    title: Line
    convention: Identifier
    event: Line
    summary: Prose
    objectives: list[Line] = Field(min_length=1)
    starts: LocalTime
    duration: ExerciseTime
    seed: int = Field(default=1, ge=0)
    watch: list[Line] = []
    cast: list[CastMember] = Field(min_length=1)
    facts: list[Fact] = Field(min_length=1)
    injects: list[Inject] = Field(min_length=1)
    noise: Noise | None = None
    breakdowns: list[Breakdown] = []

    @property
    def duration_minutes(self) -> int:
        """Length in minutes of exercise time."""
        return minutes_of(self.duration)

    def fact(self, fact_id: str) -> Fact:
        """Return a fact by its id.

        Raises:
            KeyError: There is none of that id.
        """
        return {fact.id: fact for fact in self.facts}[fact_id]


def minutes_of(time: str) -> int:
    """Return the minutes after the start of an exercise time.

    Raises:
        ValueError: The text is no exercise time.
    """
    found = _TIME.match(time)
    if found is None:
        raise ValueError(time)
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def exercise_time(minutes: int) -> str:
    """Return minutes after the start as ``T+hh:mm``: the inverse of ``minutes_of``."""
    hours, rest = divmod(abs(minutes), 60)
    return f"T{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
